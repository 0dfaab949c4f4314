"""Tables of edges in Parquet."""

from typing import IO

from graphkit.graph import Graph
from graphkit.io.arrow_tables import read as read
from graphkit.io.arrow_tables import write_table


def write(graph: Graph, file: IO[bytes], name: str) -> None:
    """Write a table of edges in Parquet: columns source, target, weight and edge data.

    Ends are labels if there are any. Direction, and the number of nodes without labels, are kept in the
    metadata. Node data, and labelled nodes without edges (their number is logged), cannot be expressed.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.
    TypeError
        If labels are neither all integers nor all strings, or edge data of a kind that Arrow does not know.
    ValueError
        If edge data do not fit into columns.
    """

    def put(table: object) -> None:
        from pyarrow import parquet

        parquet.write_table(table, file)

    write_table(graph, name, put)
