# One web front with the client inside. Build: docker build -t chatorleans .
FROM node:22 AS client
WORKDIR /source/src/WebFront/ClientApp
COPY src/WebFront/ClientApp .
RUN npm ci --no-audit --no-fund && npm run build

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS server
WORKDIR /source
COPY . .
COPY --from=client /source/src/WebFront/wwwroot src/WebFront/wwwroot
RUN dotnet publish src/WebFront/WebFront.csproj -c Release -o /app -p:SkipClient=true

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=server /app .
# The base image names a port of its own; ours is 8000, and the data is beside the program, on a volume.
ENV ASPNETCORE_HTTP_PORTS= \
    ASPNETCORE_URLS=http://+:8000 \
    Storage__Path=/data
RUN mkdir /data && chown $APP_UID /data
USER $APP_UID
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["dotnet", "ChatOrleans.WebFront.dll"]
