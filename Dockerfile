# The image runs what `make run` runs: an environment from the hashed lock, and the checkout beside it.

FROM python:3.11-slim AS environment
WORKDIR /srv/tanhui
RUN python3 -m venv --clear .venv
COPY requirements.lock ./
RUN .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-cache-dir --require-hashes \
      -r requirements.lock

FROM python:3.11-slim
WORKDIR /srv/tanhui
# ./var is the one place that the service may write to: photos, and without PostgreSQL the database.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin tanhui \
    && install --directory --owner=tanhui var
COPY --from=environment /srv/tanhui/.venv .venv
COPY LICENSE ./
COPY backend backend
COPY graphql graphql
COPY campaigns campaigns
COPY alembic alembic
ENV PATH=/srv/tanhui/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TANHUI_MODE=production \
    TANHUI_HOST=0.0.0.0 \
    TANHUI_PORT=8000
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=4s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
ENTRYPOINT ["python", "-m", "backend"]
CMD ["serve"]
