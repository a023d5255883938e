module gitea.dev/actions-proto-go

go 1.26

require google.golang.org/protobuf v1.36.11
