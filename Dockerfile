# syntax=docker/dockerfile:1
FROM maven:3-eclipse-temurin-25 AS build
WORKDIR /build
COPY . .
# The tests run in CI, and not again here.
RUN --mount=type=cache,target=/root/.m2 mvn -B -Dquick -DskipTests package

FROM eclipse-temurin:25-jre
RUN groupadd --gid 10001 standby \
    && useradd --uid 10001 --gid standby --create-home --home-dir /var/lib/standby standby \
    && install -d -o standby -g standby -m 0700 /var/lib/standby/data
COPY --from=build /build/target/standby.jar /opt/standby/standby.jar

# A file of your own goes to /opt/standby/conf/standby.yaml or /opt/standby/cluster.xml; the variables
# below go before it, so override these by -e.
WORKDIR /opt/standby
USER standby
# Beyond loopback a node starts only when it is told who may come in: run it with -e STANDBY_AUTH=keys, and make
# the first key by docker exec … java -jar standby.jar keys create --project P --scope admin; or with none, to let in everybody.
ENV STANDBY_HTTP_HOST=0.0.0.0 \
    STANDBY_HTTP_PORT=8080 \
    STANDBY_MANAGEMENT_ENABLED=true \
    STANDBY_MANAGEMENT_HOST=0.0.0.0 \
    STANDBY_MANAGEMENT_PORT=9464 \
    STANDBY_DATA_DIR=/var/lib/standby/data
# Used by the embedded PostgreSQL alone, which runs unless STANDBY_DATABASE_URL names another.
VOLUME /var/lib/standby/data
# Metrics and health for those who run it, asking nobody who he is; publish it to them alone.
EXPOSE 8080 9464

# The image has neither curl nor wget, but it has bash. The management port speaks no TLS, and is not in the flood.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["bash", "-c", "port=$STANDBY_MANAGEMENT_PORT; [[ $STANDBY_MANAGEMENT_ENABLED == true ]] || port=$STANDBY_HTTP_PORT; exec 3<>/dev/tcp/127.0.0.1/$port && printf 'GET /health/ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [[ $status == 200 ]]"]

# Flags of your own go into JAVA_TOOL_OPTIONS. The last flag here silences a warning about Hazelcast on Java 24 and later.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", "-XX:+ExitOnOutOfMemoryError", "--sun-misc-unsafe-memory-access=allow", "-jar", "standby.jar"]
