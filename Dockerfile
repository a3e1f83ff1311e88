# Three images: web (a web front with the client inside, the default), silo (room for more grains), cli (chatorleans: backup and moves).
#   docker build -t chatorleans . ; docker build -t chatorleans-silo --target silo . ; docker build -t chatorleans-cli --target cli .
FROM --platform=$BUILDPLATFORM node:22 AS client
WORKDIR /source/src/WebFront/ClientApp
COPY src/WebFront/ClientApp .
RUN npm ci --no-audit --no-fund && npm run build

FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
# The commit, for the version that a process tells of itself: --build-arg SOURCE_REVISION=$(git rev-parse HEAD)
ARG SOURCE_REVISION
WORKDIR /source
COPY . .
COPY --from=client /source/src/WebFront/wwwroot src/WebFront/wwwroot
RUN CHAT_SKIP_CLIENT=1 CHAT_SOURCE_REVISION=$SOURCE_REVISION eng/publish.sh /out $TARGETARCH

# Not the smallest base: it has the C++ runtime that the embedded store needs, and bash for the health check.
FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS base
COPY --chmod=755 eng/healthy.sh /usr/local/bin/healthy
# The base image names a port of its own. Diagnostics would write to a file system that may be read-only.
ENV ASPNETCORE_HTTP_PORTS= \
    DOTNET_EnableDiagnostics=0 \
    Storage__Path=/data
RUN mkdir /data && chown $APP_UID:$APP_UID /data
WORKDIR /app
USER $APP_UID
STOPSIGNAL SIGTERM

FROM base AS cli
COPY --from=build /out/cli .
WORKDIR /data
ENTRYPOINT ["dotnet", "/app/chatorleans.dll"]

FROM base AS silo
COPY --from=build /out/silo .
ENV ASPNETCORE_URLS=http://+:8000
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["healthy", "8000"]
ENTRYPOINT ["dotnet", "/app/ChatOrleans.Silo.dll"]

FROM base AS web
COPY --from=build /out/web .
ENV ASPNETCORE_URLS=http://+:8000
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["healthy", "8000"]
ENTRYPOINT ["dotnet", "/app/ChatOrleans.WebFront.dll"]
