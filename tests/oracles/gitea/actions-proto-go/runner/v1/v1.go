// Package runnerv1 has the types of Gitea's runner protocol that Gitea's models mention. The original module cannot be
// downloaded, and reading CODEOWNERS files does not need it.
package runnerv1

import (
	"fmt"

	"google.golang.org/protobuf/types/known/timestamppb"
)

// Result is the result of a task.
type Result int32

// The results.
const (
	Result_RESULT_UNSPECIFIED Result = iota
	Result_RESULT_SUCCESS
	Result_RESULT_FAILURE
	Result_RESULT_CANCELLED
	Result_RESULT_SKIPPED
)

// RunnerStatus is the status of a runner.
type RunnerStatus int32

// The states of runners.
const (
	RunnerStatus_RUNNER_STATUS_UNSPECIFIED RunnerStatus = iota
	RunnerStatus_RUNNER_STATUS_IDLE
	RunnerStatus_RUNNER_STATUS_ACTIVE
	RunnerStatus_RUNNER_STATUS_OFFLINE
)

// String returns the number of a status.
func (status RunnerStatus) String() string {
	return fmt.Sprint(int32(status))
}

// LogRow is a line of a log.
type LogRow struct {
	Time    *timestamppb.Timestamp
	Content string
}

// StepState is the state of a step.
type StepState struct {
	Id                   int64
	Result               Result
	StartedAt, StoppedAt *timestamppb.Timestamp
	LogIndex, LogLength  int64
}

// TaskState is the state of a task.
type TaskState struct {
	Id        int64
	Result    Result
	StoppedAt *timestamppb.Timestamp
	Steps     []*StepState
}
