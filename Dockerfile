# plinth with what the pipelines of plinth pipeline need, but for Terraform and the AWS CLI: add those of your choice.
FROM golang:1.26-alpine AS build
RUN apk add --no-cache git
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /plinth ./cmd/plinth

FROM alpine:3
RUN apk add --no-cache bash ca-certificates git jq && adduser -D -u 1000 plinth
COPY --from=build /plinth /usr/local/bin/plinth
USER plinth
WORKDIR /work
ENTRYPOINT ["plinth"]
