# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion: p2ptool itself tells what may stand next.
_p2ptool() {
    local word cur=${COMP_WORDS[COMP_CWORD]}
    COMPREPLY=()
    [[ $cur == "=" ]] && cur=
    while IFS=$'\t' read -r word _; do
        case $word in
        :files) mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$cur") ;;
        :folders) mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$cur") ;;
        *) COMPREPLY+=("$word") ;;
        esac
        [[ $word == :* ]] && compopt -o filenames 2>/dev/null
    done < <("${COMP_WORDS[0]}" --complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _p2ptool p2ptool
