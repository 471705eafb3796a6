# faqbot in Slack, over HTTP, and its other commands. Build:  docker build -t faqbot:0.1.0 .
# Slack:  docker run --env-file slack.env -v "$PWD/kb:/kb:ro" -v faqbot:/data faqbot:0.1.0
# slack.env holds SLACK_BOT_TOKEN and SLACK_APP_TOKEN, a line each. To let Slack post to the bot
# instead, set SLACK_SIGNING_SECRET, publish port 3000 behind a proxy that does https, and add
# `slack --http`. The HTTP service is the command `serve`: docs/how-to/deploy.md.

FROM python:3.12-slim AS build
# Extras to install; "slack,semantic" makes a smaller image that serves Slack only, on one machine.
ARG EXTRAS=slack,web,semantic,postgresql
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY faqbot faqbot
COPY adapters adapters
COPY knowledge knowledge
RUN python -m venv /opt/faqbot && /opt/faqbot/bin/pip install --no-cache-dir ".[$EXTRAS]"

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 faqbot && install -d -o faqbot -g faqbot /data /kb
COPY --from=build /opt/faqbot /opt/faqbot
ENV PATH=/opt/faqbot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    FAQBOT_CACHE=/data/cache \
    FAQBOT_STORE=/data/faqbot.db \
    FAQBOT_KB=/kb \
    FAQBOT_HOST=0.0.0.0 \
    FAQBOT_PORT=3000
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 3000
# Ready is connected to Slack, or in order to answer over HTTP: a bot that only runs answers nobody.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD \
    ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:3000/readyz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["faqbot"]
CMD ["slack"]
