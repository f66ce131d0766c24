# syntax=docker/dockerfile:1

# The console, built: what builds it stays here.
FROM node:26-bookworm-slim AS console
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY console/package.json console/
COPY client/package.json client/
RUN npm ci --omit=dev --ignore-scripts --workspace=console --workspace=client
COPY tsconfig.json ./
COPY client/src client/src
COPY console/index.html console/vite.config.ts console/tsconfig.json console/
COPY console/public console/public
COPY console/build console/build
COPY console/src console/src
RUN npm run build --workspace=console

# What the server, the command line and the client that it uses run on; nothing that only development needs. Of the package of
# the page /docs one file is sent, with all its parts in it: that file stays, and npm takes away the rest, three quarters of it all.
FROM node:26-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY server/package.json server/
COPY client/package.json client/
COPY cli/package.json cli/
RUN npm ci --omit=dev --ignore-scripts --workspace=server --workspace=client --workspace=cli \
 && mkdir /kept \
 && cp --parents -t /kept \
    node_modules/@scalar/api-reference/package.json \
    node_modules/@scalar/api-reference/README.md \
    node_modules/@scalar/api-reference/dist/browser/standalone.js \
 && npm uninstall --offline --omit=dev --ignore-scripts --workspace=server @scalar/api-reference \
 && cp -r /kept/. .

FROM node:26-bookworm-slim
LABEL org.opencontainers.image.title="HydraCore Schedules" \
      org.opencontainers.image.description="Self-hosted, multi-tenant scheduled actions with a ledger that explains every occurrence." \
      org.opencontainers.image.licenses="Apache-2.0"
# Nothing installs anything from here on.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-* \
 && ln -s /app/cli/bin/hydracore.js /usr/local/bin/hydracore \
 && install -d -o node -g node /data
WORKDIR /app
COPY --from=dependencies /app ./
COPY LICENSE ./
COPY server/src server/src
COPY client/src client/src
COPY cli/bin cli/bin
COPY cli/src cli/src
# Without its sources the server takes the build that came.
COPY console/build/sources.ts console/build/
COPY --from=console /app/console/dist console/dist
ENV NODE_ENV=production \
    HYDRACORE_HOST=0.0.0.0 \
    HYDRACORE_DATA_DIR=/data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HYDRACORE_PORT || 8080}/readyz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "server/src/main.ts"]
