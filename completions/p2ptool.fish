# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion: p2ptool itself tells what may stand next.
function __p2ptool_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in ($words[1] --complete $words[2..-1] 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path (commandline -ct)
            case ':folders'
                __fish_complete_directories (commandline -ct)
            case '*'
                echo $line
        end
    end
end
complete -c p2ptool -f -a '(__p2ptool_complete)'
