"""Which rows of the powers an edit can change, by sets."""


def reach(neighbors, old_neighbors, n_powers):
    """Return for each power 1, 2, ... the set of nodes whose row an edit may change.

    Parameters
    ----------
    neighbors, old_neighbors : dict of node to dict of neighbour to weight
    """
    structure = {node for node in neighbors if neighbors[node] != old_neighbors.get(node)}
    changed = set(structure)  # degrees, and with them the rows of power 0
    result = []
    for _ in range(n_powers):
        changed = structure | {node for node in neighbors if changed & set(neighbors[node])}
        result.append(changed)
    return result
