// Command helm records how Helm renders templates with alerts.
//
//	helm OUTPUT INPUT
//
// It writes a file with templates and, for several values of each, the alerts that Helm renders to the directory OUTPUT.
// The tests of ownlint compare the alerts that ownlint reads in the templates with this file. The templates are random,
// or those in the directory INPUT/templates.
//
// Every string in the values starts with [mark], so a rendered string without it does not depend on them. The values
// contain three switches in all combinations. Conditions inside others test other switches, so every branch is rendered.
package main

import (
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"sigs.k8s.io/yaml"

	"ownlint/tests/oracles/recorder"
)

// module is the module whose behavior is recorded.
const module = "helm.sh/helm/v3"

// mark is the start of all strings in the values.
const mark = "zz"

// templates is the number of random templates.
const templates = 150

type alert struct {
	Name   string            `json:"name"`
	Labels map[string]string `json:"labels"`
}

type record struct {
	Template string `json:"template"`
	// By the position of the values: the alerts, or null if Helm or YAML rejects the template.
	Alerts [][]alert `json:"alerts"`
}

func main() {
	paths, err := filepath.Glob(filepath.Join(os.Args[2], "templates", "*"))
	if err != nil {
		panic(err)
	}
	records := []any{map[string]any{module: recorder.Version(module), "values": values()}}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			panic(err)
		}
		records = append(records, record{string(text), render(string(text), true)})
	}
	random := rand.New(rand.NewSource(22))
	for range templates {
		writer := &writer{random: random}
		text := writer.template()
		records = append(records, record{text, render(text, false)})
	}
	recorder.Write(filepath.Join(os.Args[1], "templates.jsonl"), records)
}

// values returns several values for every template.
func values() []map[string]any {
	var all []map[string]any
	for at := range 8 {
		text := func(name string) string { return fmt.Sprintf("%s%s%d", mark, name, at) }
		all = append(all, map[string]any{
			"on":     at%2 == 1,
			"extra":  at/2%2 == 1,
			"more":   at/4 == 1,
			"owner":  text("owner"),
			"level":  text("level"),
			"prefix": text("prefix"),
			"rule":   map[string]any{"team": text("team"), "tier": text("tier")},
			"names":  []any{text("first"), text("second")},
		})
	}
	return all
}

// render renders a template with all values. One that must be valid may not fail.
func render(template string, mustBeValid bool) [][]alert {
	var all [][]alert
	for _, values := range values() {
		alerts, err := alertsOf(template, values)
		if err != nil && mustBeValid {
			panic(fmt.Errorf("%w in\n%s", err, template))
		}
		all = append(all, alerts)
	}
	return all
}

func alertsOf(template string, values map[string]any) ([]alert, error) {
	of := &chart.Chart{
		Metadata: &chart.Metadata{APIVersion: "v2", Name: "rules", Version: "1.0.0"},
		Templates: []*chart.File{
			{Name: "templates/rules.yaml", Data: []byte(template)},
			{Name: "templates/_helpers.tpl", Data: []byte(
				`{{- define "rules.team" -}}{{ .Values.owner }}{{- end -}}` +
					`{{- define "rules.labels" -}}app: {{ .Values.prefix }}{{- end -}}`)},
		},
	}
	release := chartutil.ReleaseOptions{Name: mark + "release", Namespace: mark + "namespace"}
	input, err := chartutil.ToRenderValues(of, values, release, nil)
	if err != nil {
		return nil, err
	}
	rendered, err := engine.Render(of, input)
	if err != nil {
		return nil, err
	}
	alerts := []alert{}
	for _, document := range strings.Split(rendered["rules/templates/rules.yaml"], "\n---") {
		var content map[string]any
		if err := yaml.UnmarshalStrict([]byte(document), &content); err != nil {
			return nil, err
		}
		if spec, ok := content["spec"].(map[string]any); ok {
			content = spec
		}
		for _, group := range items(content["groups"]) {
			for _, rule := range items(group["rules"]) {
				if name, ok := rule["alert"].(string); ok {
					alerts = append(alerts, alert{name, labels(rule["labels"])})
				}
			}
		}
	}
	return alerts, nil
}

func items(value any) []map[string]any {
	var all []map[string]any
	list, _ := value.([]any)
	for _, item := range list {
		if item, ok := item.(map[string]any); ok {
			all = append(all, item)
		}
	}
	return all
}

func labels(value any) map[string]string {
	all := map[string]string{}
	entries, _ := value.(map[string]any)
	for name, value := range entries {
		if text, ok := value.(string); ok {
			all[name] = text
		}
	}
	return all
}

// writer writes a random template.
type writer struct {
	random *rand.Rand
	out    strings.Builder
	alerts int
}

func (w *writer) pick(choices ...string) string {
	return choices[w.random.Intn(len(choices))]
}

func (w *writer) chance(percent int) bool {
	return w.random.Intn(100) < percent
}

func (w *writer) line(indent int, text string) {
	w.out.WriteString(strings.Repeat(" ", indent) + text + "\n")
}

// control writes an action on a line of its own, as people do: at the margin, or indented.
func (w *writer) control(indent int, action string) {
	if w.chance(50) {
		indent = 0
	}
	open := w.pick("{{-", "{{-", "{{- ")
	w.line(indent, open+" "+action+" "+w.pick("}}", "}}", " }}"))
}

// condition returns a condition on a switch.
func (w *writer) condition(name string) string {
	return strings.ReplaceAll(w.pick("if $.Values.NAME", "if not $.Values.NAME", "if and $.Values.NAME $.Values.owner",
		`if or (not $.Values.NAME) (eq $.Values.owner "")`, `if eq (toString $.Values.NAME) "true"`), "NAME", name)
}

func (w *writer) template() string {
	if w.chance(20) {
		w.line(0, w.pick("{{/* Rules. */}}", "{{- /*\nalert: NotAnAlert\n*/ -}}", "# {{ $.Values.owner }}"))
	}
	if w.chance(20) {
		w.line(0, "{{- $team := $.Values.rule.team }}")
	} else {
		w.line(0, "{{- $team := $.Values.owner -}}")
	}
	documents := 1 + w.random.Intn(2)
	for at := range documents {
		if at > 0 {
			w.line(0, "---")
		}
		isConditional := w.chance(25)
		if isConditional {
			w.line(0, "{{- "+w.condition("on")+" }}")
		}
		w.document()
		if isConditional {
			w.line(0, "{{- end }}")
		}
	}
	return w.out.String()
}

func (w *writer) document() {
	if w.chance(25) {
		w.groups(0)
		return
	}
	w.line(0, "apiVersion: monitoring.coreos.com/v1")
	w.line(0, "kind: PrometheusRule")
	w.line(0, "metadata:")
	w.line(2, "name: "+w.pick("rules", "{{ .Release.Name }}-rules", `{{ include "rules.team" . }}`))
	if w.chance(30) {
		w.line(2, "labels:")
		w.line(4, w.pick(`{{- include "rules.labels" . | nindent 4 }}`, "{{- toYaml $.Values.rule | nindent 4 }}"))
	}
	w.line(0, "spec:")
	w.groups(2)
}

func (w *writer) groups(indent int) {
	w.line(indent, "groups:")
	deeper := w.random.Intn(2) * 2
	for range 1 + w.random.Intn(2) {
		w.line(indent+deeper, "- name: "+w.pick("rules", "{{ .Release.Name }}", "{{ $team }}.rules"))
		w.line(indent+deeper+2, "rules:")
		inner := indent + deeper + 2 + w.random.Intn(2)*2
		w.alert(inner, w.name(), "")
		for range w.random.Intn(3) {
			w.rule(inner)
		}
	}
}

// rule writes a rule, perhaps in a condition or loop.
func (w *writer) rule(indent int) {
	switch w.random.Intn(6) {
	case 0:
		w.control(indent, w.condition("extra"))
		w.alert(indent, w.name(), "")
		if w.chance(50) {
			w.control(indent, "else")
			w.alert(indent, w.name(), "")
		}
		w.control(indent, "end")
	case 1:
		w.control(indent, "range $.Values.names")
		if w.chance(50) {
			w.alert(indent, w.name(), w.pick("{{ . }}", `"{{ . }}"`, "{{ . | quote }}"))
		} else {
			w.alert(indent, w.pick("{{ . }}Down", `"{{ . }}"`, "Down-{{ . }}"), "")
		}
		w.control(indent, "end")
	case 2:
		w.control(indent, "range $name := $.Values.names")
		w.alert(indent, w.pick("{{ $name }}", "{{ $name | title }}Down"), "{{ $name }}")
		w.control(indent, "end")
	case 3:
		w.line(indent, "- record: "+w.pick("job:up:sum", "{{ .Release.Name }}:up"))
		w.line(indent+2, "expr: sum(up)")
		w.line(indent+2, "labels: {team: recorded}")
	default:
		w.alert(indent, w.name(), "")
	}
}

// name returns the name of an alert.
func (w *writer) name() string {
	w.alerts++
	name := fmt.Sprintf("Alert%d", w.alerts)
	return w.pick(name, name, name, `"`+name+`"`, "'"+name+"'", `{{ "`+name+`" }}`, "{{ `"+name+"` }}",
		`{{ "`+name+`" | quote }}`, `"{{ "`+name+`" }}"`, "{{ $.Values.prefix }}"+name, name+"{{ $.Values.level }}",
		`{{ printf "%s`+name+`" $.Values.prefix }}`, `{{- " `+name+`" }}`, name+" # {{ $.Values.owner }}")
}

func (w *writer) alert(indent int, name, team string) {
	w.line(indent, "- alert: "+name)
	inner := indent + 2
	parts := []func(){
		func() { w.expression(inner) },
		func() { w.labels(inner, team) },
		func() { w.annotations(inner) },
	}
	w.random.Shuffle(len(parts), func(a, b int) { parts[a], parts[b] = parts[b], parts[a] })
	for _, part := range parts {
		part()
	}
}

func (w *writer) expression(indent int) {
	switch w.random.Intn(4) {
	case 0:
		w.line(indent, "expr: |-")
		w.line(indent+2, `up{job="{{ $.Values.prefix }}"}`)
		w.line(indent+2, "  == 0 # labels: {team: fake}")
	case 1:
		w.line(indent, `expr: up{namespace="{{ $.Release.Namespace }}"} == 0`)
	case 2:
		w.line(indent, "expr: >")
		w.control(indent+2, w.condition("more"))
		w.line(indent+2, "up == 0")
		w.control(indent+2, "else")
		w.line(indent+2, "up == 1")
		w.control(indent+2, "end")
	default:
		w.line(indent, "expr: up == 0")
	}
	if w.chance(30) {
		w.line(indent, "for: "+w.pick("5m", `{{ $.Values.level | quote }}`))
	}
}

func (w *writer) annotations(indent int) {
	if w.chance(30) {
		return
	}
	w.line(indent, "annotations:")
	w.line(indent+2, "summary: "+w.pick("Down", "'{{`{{ $labels.instance }}`}} is down'",
		`"{{ "{{" }} $labels.instance {{ "}}" }} is down"`, "{{ $.Values.owner | quote }}"))
	if w.chance(30) {
		w.line(indent+2, "description: |")
		w.line(indent+4, "labels:")
		w.line(indent+4, "  team: fake")
		w.line(indent+4, "- alert: NotAnAlert")
		w.line(indent+4, "{{`{{ $value }}`}}")
	}
	if w.chance(20) {
		w.control(indent+2, w.condition("more"))
		w.line(indent+2, "runbook: https://example.org/{{ $.Values.prefix }}")
		w.control(indent+2, "end")
	}
}

func (w *writer) labels(indent int, team string) {
	if team == "" {
		team = w.value()
	}
	if w.chance(10) {
		w.line(indent, "labels: {team: "+w.pick("sre", `"dba"`, `"{{ $.Values.owner }}"`)+", severity: page}")
		return
	}
	w.line(indent, "labels:")
	inner := indent + 2
	w.line(inner, "severity: "+w.value())
	switch w.random.Intn(8) {
	case 0:
		w.control(inner, w.condition("more"))
		w.line(inner, "team: "+team)
		w.control(inner, "end")
	case 1:
		w.control(inner, w.condition("more"))
		w.line(inner, "team: "+team)
		w.control(inner, "else")
		w.line(inner, "team: "+w.value())
		w.control(inner, "end")
	case 2:
		w.control(inner, "with $.Values.rule.team")
		w.line(inner, "team: {{ . }}")
		w.control(inner, "end")
	case 3:
		w.line(inner, w.pick("# team: commented", "{{- /* team: commented */}}", "{{/* team: commented */}}"))
		w.line(inner, "team: "+team)
	case 4:
		w.line(inner, fmt.Sprintf("{{- toYaml $.Values.rule | nindent %d }}", inner))
	case 5:
		w.control(inner, "range $key, $value := $.Values.rule")
		w.line(inner, "{{ $key }}: {{ $value }}")
		w.control(inner, "end")
	default:
		w.line(inner, "team: "+team)
	}
	if w.chance(30) {
		w.line(inner, w.pick("page: 'true'", "{{ $.Values.prefix }}: x", `"scope": cluster`))
	}
}

// value returns the value of a label, which is a string.
func (w *writer) value() string {
	text := w.pick("sre", "dba", "search-team", "Data Persistence")
	if w.chance(35) {
		return w.pick(text, `"`+text+`"`, "'"+text+"'", text+" # a comment")
	}
	return w.pick(
		// Strings.
		`{{ "`+text+`" }}`, "{{ `"+text+"` }}", `{{ "`+text+`" | quote }}`, "{{ `"+text+"` | squote }}",
		`"{{ "`+text+`" }}"`, `'{{ "`+text+`" }}'`, `{{- " `+text+`" }}`, `x-{{ "`+text+`" }}-y`, `x {{- "-`+text+`" }}`,
		`{{ "`+text+`" -}} {{ "-x" }}`, `{{ quote "`+text+`" }}`,
		// Values.
		"{{ $.Values.owner }}", `"{{ $.Values.owner }}"`, "'{{ $.Values.owner }}'", "{{ $.Values.owner | quote }}",
		"{{ quote $.Values.owner }}", "{{$.Values.owner}}", "{{ $team }}", `{{ include "rules.team" $ }}`,
		`{{ index $.Values.rule "team" }}`, "{{ upper $.Values.level }}", "team-{{ $.Values.level }}",
		`"{{ $.Values.level }}/x"`, `{{ default "sre" $.Values.level }}`, `{{ printf "%s-x" $.Values.level }}`,
		`{{ printf "%s-%s" "x" $.Values.level | quote }}`,
		// Templates of Prometheus.
		"'{{`{{ $labels.team }}`}}'", `"{{ "{{" }} $labels.team {{ "}}" }}"`, `{{ "{{ $labels.team }}" | quote }}`,
		"{{ `{{ $labels.team }}` | quote }}", "\"{{`{{ $labels.team }}`}}-x\"",
		// Conditions.
		"{{ if $.Values.more }}a{{ else }}b{{ end }}", `{{ ternary "a" "b" $.Values.more }}`,
		"{{ if $.Values.more }}{{ $.Values.owner }}{{ else }}none{{ end }}", "x{{ if $.Values.more }}-y{{ end }}",
	)
}
