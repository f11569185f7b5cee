"""The GraphQL endpoint: trusted documents in production, free ones (with limits) in development.

Written over graphql-core's own `execute`, because a shipped document is parsed and validated once at
start-up, and because whatever bytes arrive must get an answer below 500.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import structlog
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    execute,
    parse,
    validate,
)
from graphql.pyutils import is_awaitable
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from strawberry.http.ides import get_graphql_ide_html

from backend.core import limits
from backend.core.api import Context
from backend.core.documents import Document
from backend.core.errors import Problem, Refusal, Unavailable
from backend.core.text import Text

log = structlog.get_logger()

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
UNEXPECTED = Text(
    "服务出现意外错误（编号 {number}），请稍后重试。", "Unexpected error (number {number}): please try again."
)


class BadRequest(Exception):
    """The request cannot be understood; the text says why."""

    def __init__(self, message: str, code: str = "BAD_REQUEST", status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


@dataclass(frozen=True)
class Question:
    """A request that was understood."""

    document: DocumentNode
    variables: dict[str, Any] | None
    operation: str | None


class Endpoint:
    """Answers GraphQL over HTTP."""

    def __init__(
        self,
        schema: GraphQLSchema,
        documents: Mapping[str, Document],
        context: Callable[[Request], Context],
        *,
        body_bytes: int,
        free_documents: bool,
    ) -> None:
        self._schema = schema
        self._documents = documents
        self._context = context
        self._body_bytes = body_bytes
        self._free_documents = free_documents
        self._checked = lru_cache(maxsize=200)(self._check)

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        if request.method != "POST":
            return self._ide(request)
        media = GRAPHQL_JSON if GRAPHQL_JSON in request.headers.get("accept", "") else JSON
        try:
            question = self._understand(request, await _body(request, self._body_bytes))
        except BadRequest as wrong:
            return _respond({"errors": [_error(str(wrong), wrong.code)]}, wrong.status, media)
        except GraphQLError as wrong:
            # Read as the older media type, a document that was refused is still a well-formed answer.
            return _respond({"errors": [_located(wrong)]}, 400 if media == GRAPHQL_JSON else 200, media)
        return await self._execute(question, self._context(request), media)

    def _ide(self, request: Request) -> Response:
        if self._free_documents and "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(get_graphql_ide_html(graphql_ide="graphiql"))
        answer = _respond({"errors": [_error("send a POST request", "BAD_REQUEST")]}, 405, JSON)
        answer.headers["allow"] = "POST"
        return answer

    def _understand(self, request: Request, body: bytes) -> Question:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
            raise BadRequest(f"the content type must be {JSON}", status=415)
        if request.headers.get("content-encoding", "identity") != "identity":
            raise BadRequest("compressed bodies are not read", status=415)
        asked = _read_json(body)
        variables, operation = asked.get("variables"), asked.get("operationName")
        if not isinstance(variables, dict | None):
            raise BadRequest("variables must be an object")
        if not isinstance(operation, str | None):
            raise BadRequest("operationName must be text")
        if not isinstance(asked.get("extensions"), dict | None):
            raise BadRequest("extensions must be an object")
        return Question(self._document(asked), variables, operation)

    def _document(self, asked: dict[str, Any]) -> DocumentNode:
        identifier, query = asked.get("documentId"), asked.get("query")
        if isinstance(identifier, str):
            if identifier not in self._documents:
                raise BadRequest("this documentId is not one of the shipped documents", code="UNKNOWN_DOCUMENT")
            return self._documents[identifier].parsed
        if not self._free_documents:
            raise BadRequest("send the documentId of a shipped document", code="UNKNOWN_DOCUMENT")
        if not isinstance(query, str):
            raise BadRequest("send documentId or query, as text")
        return self._checked(query)

    def _check(self, query: str) -> DocumentNode:
        try:
            document = parse(query, max_tokens=limits.MOST_TOKENS)
            limits.refuse_costly(document)
        except RecursionError:
            raise BadRequest("this document nests too deep") from None
        wrong = validate(self._schema, document, max_errors=5)
        if wrong:
            raise wrong[0]
        return document

    async def _execute(self, question: Question, context: Context, media: str) -> Response:
        if (refused := _unanswerable(question)) is not None:
            return _respond({"errors": [_error(refused, "BAD_REQUEST")]}, 400, media)
        outcome = execute(
            self._schema,
            question.document,
            context_value=context,
            variable_values=question.variables,
            operation_name=question.operation,
        )
        result = await outcome if is_awaitable(outcome) else outcome
        assert isinstance(result, ExecutionResult)
        if result.errors is None:
            return _respond({"data": result.data}, 200, media)
        return _failed(result, context, media)


async def _body(request: Request, most: int) -> bytes:
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise BadRequest(f"the body has more than {most} bytes", status=413)
        chunks.append(chunk)
    return b"".join(chunks)


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
        if b"\\u" in body:
            # Half of a surrogate pair can be written as an escape, and nowhere be stored, hashed or sent.
            json.dumps(asked, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise BadRequest("the body is not JSON in UTF-8") from None
    if not isinstance(asked, dict):
        raise BadRequest("the body must be one JSON object")
    return asked


def _no_constant(name: str) -> None:
    message = f"{name} is not JSON"
    raise ValueError(message)


def _unanswerable(question: Question) -> str | None:
    operations = [node for node in question.document.definitions if isinstance(node, OperationDefinitionNode)]
    if question.operation is None:
        return None if len(operations) == 1 else "operationName must say which operation"
    names = {node.name.value for node in operations if node.name}
    return None if question.operation in names else "no operation of this document has that name"


def _failed(result: ExecutionResult, context: Context, media: str) -> Response:
    errors, status, retry = [], 200, None
    for error in result.errors or ():
        cause = error.original_error
        if isinstance(cause, Refusal):
            errors.append(_error(cause.text.in_(context.locale), cause.code, error))
        elif isinstance(cause, Problem):
            # A query has no union to answer in: its problem is told here, by name.
            errors.append(_error(cause.text(context.locale), "PROBLEM", error, problem=type(cause).__name__))
        elif isinstance(cause, Unavailable):
            errors.append(
                _error(cause.text.in_(context.locale), cause.code, error, retryAfterSeconds=cause.retry_seconds)
            )
            status, retry = 503, cause.retry_seconds
            log.warning("unavailable", path=error.path, exc_info=cause)
        elif cause is None or error.path is None:
            errors.append(_located(error))
            status = status if result.data is not None or media == JSON else 400
        else:
            number = secrets.token_hex(4)
            log.error("unexpected error", number=number, path=error.path, exc_info=cause)
            errors.append(_error(UNEXPECTED.in_(context.locale, number=number), "UNEXPECTED", error))
    document: dict[str, Any] = {"errors": errors}
    if result.data is not None or any(error.path for error in result.errors or ()):
        document["data"] = result.data
    answer = _respond(document, status, media)
    if retry is not None:
        answer.headers["retry-after"] = str(retry)
    return answer


def _error(message: str, code: str, where: GraphQLError | None = None, **more: object) -> dict[str, Any]:
    found: dict[str, Any] = {"message": message, "extensions": {"code": code, **more}}
    if where is not None and where.path:
        found["path"] = where.path
    return found


def _located(error: GraphQLError) -> dict[str, Any]:
    return {**error.formatted, "extensions": {"code": "BAD_REQUEST"}}


def _respond(document: dict[str, Any], status: int, media: str) -> Response:
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Response(content, status_code=status, media_type=f"{media}; charset=utf-8")
