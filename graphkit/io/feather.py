"""Tables of edges in Arrow files, of which Feather is another name."""

from typing import IO, Any

from graphkit.graph import Graph
from graphkit.io.arrow_tables import read as read
from graphkit.io.arrow_tables import write_table


def write(graph: Graph, file: IO[bytes], name: str) -> None:
    """Write a table of edges as an Arrow file (Feather version 2); otherwise as `parquet.write`."""

    def put(table: Any) -> None:
        from pyarrow import ipc

        with ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)

    write_table(graph, name, put)
