"""Bound what a free GraphQL document may cost; trusted documents are not asked.

Each fragment is visited once and its result kept, so that fragments which spread each other twice cost
as much as they are long and not as much as they mean.
"""

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
)
from graphql.language import SelectionSetNode

DEEPEST = 10
MOST_FIELDS = 400
MOST_TOKENS = 4000


class _Weigher:
    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._known: dict[str, tuple[int, int]] = {}
        self._open: set[str] = set()

    def weigh(self, selections: SelectionSetNode | None) -> tuple[int, int]:
        """Return how many fields a selection means, and how deep they go."""
        fields = depth = 0
        for node in selections.selections if selections else ():
            if isinstance(node, FragmentSpreadNode):
                more, deeper = self._fragment(node.name.value)
            else:
                more, deeper = self.weigh(node.selection_set)  # type: ignore[attr-defined]
                if isinstance(node, FieldNode):
                    more, deeper = more + 1, deeper + 1
            fields, depth = fields + more, max(depth, deeper)
        return fields, depth

    def _fragment(self, name: str) -> tuple[int, int]:
        if name in self._open or name not in self._fragments:
            return 0, 0  # a circle or a name that does not exist: validation says so
        if name not in self._known:
            self._open.add(name)
            self._known[name] = self.weigh(self._fragments[name].selection_set)
            self._open.discard(name)
        return self._known[name]


def refuse_costly(document: DocumentNode) -> None:
    """Raise a GraphQLError when the operations of a document mean too many fields or nest too deep."""
    weigher = _Weigher(document)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            fields, depth = weigher.weigh(node.selection_set)
            if fields > MOST_FIELDS or depth > DEEPEST:
                message = (
                    f"this document means {fields} fields, {depth} deep; the limits are {MOST_FIELDS} and {DEEPEST}"
                )
                raise GraphQLError(message)
