/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The invariants of a tree, each tested over all nodes. */
#include <errno.h>
#include <stdlib.h>

#include <p2ptool/topo.h>

static int check_node(const struct p2p_topo *topo, uint32_t i, struct p2p_err *err)
{
	const struct p2p_node *node = &topo->nodes[i];
	const struct p2p_node *above;

	if (node->root >= topo->n_roots)
		return p2p_err_set(err, -EINVAL, "function %u has no root", i);
	if (node->pf != P2P_NONE && (node->pf >= topo->n_nodes || node->pf == i ||
				     topo->nodes[node->pf].pf != P2P_NONE ||
				     topo->nodes[node->pf].parent != node->parent))
		return p2p_err_set(err, -EINVAL, "VF %u is not beside its PF", i);
	if (node->parent == P2P_NONE)
		return node->depth == 0 ?
			       0 :
			       p2p_err_set(err, -EINVAL,
					   "function %u is on a root bus at depth %u", i,
					   node->depth);
	if (node->parent >= topo->n_nodes || node->parent == i)
		return p2p_err_set(err, -EINVAL, "function %u has no such parent", i);
	above = &topo->nodes[node->parent];
	if (node->depth != above->depth + 1 || node->depth > topo->depth)
		return p2p_err_set(err, -EINVAL, "function %u has a wrong depth", i);
	if (node->root != above->root)
		return p2p_err_set(err, -EINVAL, "function %u left its parent's root", i);
	if (!above->bridge)
		return p2p_err_set(err, -EINVAL, "function %u is below an endpoint", i);
	return 0;
}

/* Counts a list of siblings and tests its order and its owner. */
static int check_list(const struct p2p_topo *topo, uint32_t first, uint32_t parent,
		      uint32_t *seen, struct p2p_err *err)
{
	for (uint32_t i = first; i != P2P_NONE; i = topo->nodes[i].next_sibling) {
		if (i >= topo->n_nodes || topo->nodes[i].parent != parent)
			return p2p_err_set(err, -EINVAL, "a child of %u is not its own",
					   parent);
		if (topo->nodes[i].next_sibling != P2P_NONE &&
		    topo->nodes[i].next_sibling <= i)
			return p2p_err_set(err, -EINVAL, "children of %u out of order",
					   parent);
		if (++*seen > topo->n_nodes)
			return p2p_err_set(err, -EINVAL, "a list of children has no end");
	}
	return 0;
}

static int check_order(const struct p2p_topo *topo, struct p2p_err *err)
{
	uint8_t *seen = calloc(topo->n_nodes + 1u, 1);
	int result = 0;

	if (!seen)
		return p2p_err_set(err, -ENOMEM, "no memory to check the tree");
	for (uint32_t n = 0; !result && n < topo->n_nodes; n++) {
		uint32_t i = topo->order[n];
		uint32_t parent = i < topo->n_nodes ? topo->nodes[i].parent : P2P_NONE;

		if (i >= topo->n_nodes || seen[i])
			result = p2p_err_set(err, -EINVAL,
					     "place %u of the order is taken", n);
		else if (parent != P2P_NONE && !seen[parent])
			result = p2p_err_set(err, -EINVAL,
					     "function %u before its parent", i);
		else
			seen[i] = 1;
	}
	free(seen);
	return result;
}

int p2p_topo_check(const struct p2p_topo *topo, struct p2p_err *err)
{
	uint32_t seen = 0;

	for (uint32_t r = 0; r < topo->n_roots; r++)
		if (check_list(topo, topo->roots[r].first_child, P2P_NONE, &seen, err))
			return -EINVAL;
	for (uint32_t i = 0; i < topo->n_nodes; i++)
		if (check_node(topo, i, err) ||
		    check_list(topo, topo->nodes[i].first_child, i, &seen, err))
			return -EINVAL;
	if (seen != topo->n_nodes)
		return p2p_err_set(err, -EINVAL, "%u of %u functions hang in the tree",
				   seen, topo->n_nodes);
	return check_order(topo, err);
}
