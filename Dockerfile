# Two images of Framescope: `site` (the default; no framework) and `site-bench` (with frameworks, to measure here).
# The paths of every step are relative to WORKDIR, so that scripts/check_dockerfile.py can run the same steps elsewhere.

# What both images are, apart from packages.
FROM python:3.11.14-slim-bookworm AS base
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    FRAMESCOPE_HOME=/data
RUN useradd --uid 10001 --create-home framescope \
    && install --directory --owner=framescope --group=framescope /data
WORKDIR /app
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["framescope", "up", "--address", "0.0.0.0", "--port", "8501"]

# The wheel of this checkout.
FROM base AS wheel
COPY requirements.lock ./
RUN pip install --constraint requirements.lock hatchling
COPY LICENSE README.md pyproject.toml ./
COPY catalog catalog/
COPY collectors collectors/
COPY dashboard dashboard/
COPY db db/
COPY framescope framescope/
COPY language language/
COPY verdicts verdicts/
RUN python -m hatchling build --target wheel --directory dist

# Third-party packages change less often than the code: a layer of their own.
FROM base AS site-packages
COPY requirements.lock pyproject.toml scripts/requirements.py ./
RUN python requirements.py postgresql sign-in > site.txt \
    && pip install --constraint requirements.lock --requirement site.txt

FROM site-packages AS bench-packages
# Where builds of torch for another device are kept; never put a password here, an image remembers its arguments.
ARG PIP_FIND_LINKS
ARG PIP_EXTRA_INDEX_URL
# torch.compile hands C++ to a compiler; Debian's own version is the one its release supports.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends g++ \
    && rm -rf /var/lib/apt/lists/*
RUN python requirements.py bench probes cluster > bench.txt \
    && pip install --constraint requirements.lock --requirement bench.txt

FROM bench-packages AS site-bench
COPY --from=wheel /app/dist dist/
RUN pip install --no-deps --no-index dist/*.whl
USER 10001

FROM site-packages AS site
COPY --from=wheel /app/dist dist/
RUN pip install --no-deps --no-index dist/*.whl
USER 10001
