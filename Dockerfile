# An image of this checkout: npm ci builds it, and the tools of the build stay behind.
FROM node:20.19.5-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci && npm prune --omit=dev --ignore-scripts

FROM node:20.19.5-bookworm-slim
ENV NODE_ENV=production PACELINE_HOME=/data
WORKDIR /app
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/src/clickhouse/migrations src/clickhouse/migrations
RUN mkdir -p /data/inbox /data/archive /data/refused /data/outbox && chown -R node:node /data && chmod 700 /data/archive
USER node
VOLUME /data
ENTRYPOINT ["node", "/app/dist/src/cli/main.js"]
CMD ["start"]
