"""What is collected when an optional package is missing."""

from importlib.util import find_spec

# Modules that define torch modules cannot be imported without torch; their tests skip with a reason.
collect_ignore_glob = [] if find_spec("torch") else ["graphkit/nn/*.py"]
