/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings below a report, worst first. */
#include <string.h>

#include "render/finding_text.h"
#include "render/findings_put.h"
#include "render/prose.h"
#include "render/words.h"

static enum style_color severity_color(enum p2p_severity severity)
{
	switch (severity) {
	case P2P_ERROR:
		return STYLE_BAD;
	case P2P_WARNING:
		return STYLE_WARN;
	case P2P_INFO:
		break;
	}
	return STYLE_PLAIN;
}

static void put_finding(const struct scene *scene, const struct style *style,
			const struct p2p_finding *finding, const char *asked,
			struct out *out)
{
	const unsigned indent = 10;
	char text[FINDING_TEXT_SIZE], again[SAY_COMMAND_SIZE];

	out_format(out, "  %s%-7s%s ",
		   style_begin(style, severity_color(finding->severity)),
		   words_severity[finding->severity], style_end(style));
	out_format(out, "%s: ", words_finding[finding->id]);
	prose_put(out, style, indent + (unsigned)strlen(words_finding[finding->id]) + 2,
		  indent, finding_text(scene, finding, text));
	finding_command(scene, finding, text);
	if (strcmp(text, say_command(scene, asked, again)) != 0) {
		out_spaces(out, indent);
		out_format(out, "%s\n", text);
	}
	if (*finding_advice(finding)) {
		out_spaces(out, indent);
		prose_put(out, style, indent, indent, finding_advice(finding));
	}
}

/* Whether a switch of the finding's ports is above a function that was asked for. */
static bool is_about(const struct scene *scene, const struct p2p_finding *finding,
		     const struct p2p_selection *selection)
{
	const struct p2p_topo *topo = scene->machine->topo;
	const uint32_t *ports = scene->findings->functions + finding->first_function;

	for (uint32_t i = 0; i < finding->n_functions; i++)
		for (uint32_t k = 0; k < selection->n_functions; k++)
			if (p2p_topo_is_under(topo, selection->functions[k],
					      topo->nodes[ports[i]].parent))
				return true;
	return false;
}

void findings_put(const struct scene *scene, const struct style *style,
		  const struct findings_asked *asked, struct out *out)
{
	const struct p2p_findings *findings = scene->findings;
	bool any = false;

	for (uint32_t i = 0; i < findings->n_findings; i++) {
		const struct p2p_finding *finding = &findings->findings[i];

		if (!(asked->which & 1u << finding->id) ||
		    (asked->selection && !is_about(scene, finding, asked->selection)))
			continue;
		if (!any)
			prose_title(out, style, "Findings");
		any = true;
		put_finding(scene, style, finding, asked->command, out);
	}
}
