"""XML files element by element, with line numbers and without entities."""

import re
from typing import IO, Any
from xml.parsers import expat
from xml.sax.saxutils import escape

from graphkit.errors import GraphFormatError
from graphkit.io._files import Source

_CHUNK = 2**20
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


class XmlReader:
    """Base of readers of XML: `open` and `close` are called for every element, without its namespace.

    A document type, which is where entities are declared, is refused before anything of it is read, so that
    a small file can neither grow in memory nor name other files.

    Attributes
    ----------
    stack : list of str
        Names of the elements that are open, outermost first; the element itself is the last.
    """

    def __init__(self, file: Source, root: str) -> None:
        self.file = file
        self.stack: list[str] = []
        self._root = root
        self._texts: list[list[str]] = []
        self._lines: list[int] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._doctype

    def open(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        raise NotImplementedError

    def close(self, name: str, text: str) -> None:
        """Take the end of an element with the text that is in it directly."""
        raise NotImplementedError

    @property
    def line(self) -> int:
        """Line of the beginning of the innermost open element, or of the parser where none is open."""
        return self._lines[-1] if self._lines else self._parser.CurrentLineNumber

    def fail(self, message: str) -> GraphFormatError:
        """Return the error for the current line."""
        return GraphFormatError(message, self.file.name, self.line)

    def parse(self) -> None:
        """Read the whole file.

        Raises
        ------
        GraphFormatError
        """
        data = memoryview(self.file.data)
        try:
            for start in range(0, len(data), _CHUNK):
                self._parser.Parse(bytes(data[start : start + _CHUNK]), False)
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise GraphFormatError(
                f"expected well-formed XML, found: {expat.ErrorString(error.code)}",
                self.file.name,
                error.lineno,
            ) from None
        except GraphFormatError:
            raise
        except (LookupError, ValueError) as error:  # of an encoding that the first line names
            raise GraphFormatError(f"expected XML in UTF-8: {error}", self.file.name, 1) from None

    def _doctype(self, *_: Any) -> None:
        raise GraphFormatError(
            "expected XML without a document type, found <!DOCTYPE, which could declare entities",
            self.file.name,
            self._parser.CurrentLineNumber,
        )

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self._lines.append(self._parser.CurrentLineNumber)
        name = name.rpartition(" ")[2]
        if not self.stack and name != self._root:
            raise self.fail(f"expected the root element <{self._root}>, found <{name[:60]}>")
        self.stack.append(name)
        self._texts.append([])
        self.open(name, {key.rpartition(" ")[2]: value for key, value in attributes.items()})

    def _text(self, text: str) -> None:
        self._texts[-1].append(text)

    def _close(self, name: str) -> None:
        self.close(self.stack[-1], "".join(self._texts.pop()))
        self.stack.pop()
        self._lines.pop()


def attribute(text: str) -> str:
    """Return a text as the value of an attribute, with its quotes; line ends and tabs survive.

    Raises
    ------
    ValueError
        If the text has characters that XML cannot hold.
    """
    return f'"{_escaped(text)}"'


def content(text: str) -> str:
    """Return a text as the content of an element; see `attribute`."""
    return _escaped(text)


def _escaped(text: str) -> str:
    odd = _NOT_XML.search(text)
    if odd is not None:
        raise ValueError(f"XML cannot hold the character {odd[0]!r} in {text[:60]!r}; write .gkg instead")
    return escape(text, _ESCAPES)


def scalar(value: object) -> str:
    """Return the text of a boolean, number or string, unescaped, as XML Schema spells it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = repr(value)
        return {"nan": "NaN", "inf": "INF", "-inf": "-INF"}.get(text, text)
    return str(value)


def write_lines(file: IO[bytes], lines: list[str]) -> None:
    """Write lines as UTF-8."""
    file.write(("\n".join(lines) + "\n").encode())
