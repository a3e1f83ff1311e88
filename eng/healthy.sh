#!/usr/bin/env bash
# The images' health check: ends with 0 when the server on this port says that it is ready. The image has bash and no curl.
#   healthy PORT
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf 'GET /health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r -t 4 _ status _ <&3 && [[ $status == 200 ]]
