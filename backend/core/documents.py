"""The documents that clients may run: every file below `graphql/operations/`, by the hash of its text."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graphql import DocumentNode, GraphQLSchema, parse, validate


@dataclass(frozen=True)
class Document:
    """One shipped document, parsed and found valid."""

    name: str
    text: str
    parsed: DocumentNode


def document_id(text: str) -> str:
    """Return what a client sends instead of the text: `sha256:` and the hash of its bytes."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


@cache
def load(folder: Path, schema: GraphQLSchema) -> Mapping[str, Document]:
    """Read and validate every document below a folder, once; raises ValueError naming the file that is wrong."""
    documents = {}
    for path in sorted(folder.rglob("*.graphql")):
        text = path.read_text(encoding="utf-8")
        parsed = parse(text)
        wrong = validate(schema, parsed)
        if wrong:
            message = f"{path.name}: {wrong[0].message}"
            raise ValueError(message)
        documents[document_id(text)] = Document(path.stem, text, parsed)
    return documents
