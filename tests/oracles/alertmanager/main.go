// Command alertmanager records how Alertmanager reads configurations and routes alerts.
//
//	alertmanager OUTPUT INPUT
//
// It writes files with pairs of input and answer to the directory OUTPUT. The tests of ownlint compare their results with
// these files. In the directory INPUT is a configuration behind a template of Ruby, of which it records all variants.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"

	"github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/dispatch"
	"github.com/prometheus/alertmanager/featurecontrol"
	"github.com/prometheus/alertmanager/matcher/compat"
	"github.com/prometheus/common/model"

	"ownlint/tests/oracles/recorder"
)

// module is the module whose behavior is recorded.
const module = "github.com/prometheus/alertmanager"

func main() {
	// The mode of a server without flags.
	logger := slog.New(slog.NewTextHandler(io.Discard, nil))
	compat.InitFromFlags(logger, featurecontrol.NoopFlags{})
	directory := os.Args[1]
	template, err := os.ReadFile(filepath.Join(os.Args[2], "alertmanager.yml.erb"))
	if err != nil {
		panic(err)
	}
	random := rand.New(rand.NewSource(22))
	write(directory, "routes.jsonl", routes(random))
	write(directory, "matchers.jsonl", matchers(random))
	write(directory, "expressions.jsonl", expressions(random))
	write(directory, "template.jsonl", templates(random, string(template)))
}

func write(directory, name string, records []any) {
	header := map[string]string{module: recorder.Version(module)}
	recorder.Write(filepath.Join(directory, name), append([]any{header}, records...))
}

// answer is what Alertmanager does with an alert.
type answer struct {
	Labels    map[string]string `json:"labels"`
	Receivers []string          `json:"receivers"`
}

// configuration is a configuration with its answers, or with the error for which it is rejected.
type configuration struct {
	Text    string   `json:"text"`
	Error   string   `json:"error,omitempty"`
	Answers []answer `json:"answers,omitempty"`
}

func evaluated(text string, sets []map[string]string) (result configuration) {
	result.Text = text
	defer func() {
		if problem := recover(); problem != nil {
			result.Error = fmt.Sprint("panic: ", problem)
		}
	}()
	loaded, err := config.Load(text)
	if err != nil {
		result.Error = err.Error()
		return result
	}
	route := dispatch.NewRoute(loaded.Route, nil)
	for _, set := range sets {
		labels := model.LabelSet{}
		for name, value := range set {
			labels[model.LabelName(name)] = model.LabelValue(value)
		}
		receivers := []string{}
		for _, matched := range route.Match(labels) {
			receivers = append(receivers, matched.RouteOpts.Receiver)
		}
		result.Answers = append(result.Answers, answer{Labels: set, Receivers: receivers})
	}
	return result
}

var (
	names     = []string{"team", "severity", "site", "instance", "alertname", "größe", "a.b", "with space"}
	values    = []string{"sre", "data", "page", "critical", "a b", "x,y", `q"q`, `back\slash`, "é", "5", "true", "sre-eu"}
	operators = []string{"=", "!=", "=~", "!~"}
	valid     = []string{
		"sre|data", ".*", ".+", "s.*", "(?i)SRE", "[a-z]+", "^sre$", "sre(-.*)?", "", "page|critical", `\d+`, "é|e",
		`[[:alpha:]]+`, "x,y|z", "a.b", ".*a.*", "(sre|data)(-eu)?", "[^a-m].*", `\bsre\b.*`, "sre)|(data",
	}
	invalid = []string{"(", "*", "[z-a]", "a**", `\8`, "(?P<x", "a{1001}", `\pX`, "(?z)", "a)"}
)

func pick(random *rand.Rand, list []string) string {
	return list[random.Intn(len(list))]
}

func chance(random *rand.Rand, percent int) bool {
	return random.Intn(100) < percent
}

// quoted writes a string as a scalar of YAML in one of its styles.
func quoted(random *rand.Rand, text string) string {
	switch {
	case chance(random, 40):
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	case regexp.MustCompile(`^[a-z][a-z-]*$`).MatchString(text) && text != "true" && chance(random, 70):
		return text
	default:
		encoded, _ := json.Marshal(text)
		return string(encoded)
	}
}

func expression(random *rand.Rand, faults int) string {
	if chance(random, faults) {
		return pick(random, invalid)
	}
	return pick(random, valid)
}

// matcher writes a matcher in one of the syntaxes.
func matcher(random *rand.Rand, faults int) string {
	name, operator := pick(random, names), pick(random, operators)
	value := pick(random, values)
	if strings.HasSuffix(operator, "~") {
		value = expression(random, faults)
	}
	if chance(random, 8) {
		value = ""
	}
	escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value)
	isClassic := regexp.MustCompile(`^[a-z]+$`).MatchString(name)
	if !isClassic && chance(random, 85) {
		name = `"` + name + `"`
	} else if isClassic && chance(random, 10) {
		name = `"` + name + `"`
	}
	if !isClassic && faults == 0 {
		name = `"` + strings.Trim(name, `"`) + `"`
	}
	blank := []string{"", "", " ", "  "}[random.Intn(4)]
	isWord := value != "" && !strings.ContainsAny(value, "{}!=~,\\\"'` ")
	if (isWord || chance(random, faults)) && chance(random, 50) {
		return name + blank + operator + blank + value
	}
	return blank + name + operator + blank + `"` + escaped + `"`
}

func matcherList(random *rand.Rand, faults int) string {
	list := matcher(random, faults)
	if chance(random, 25) {
		list += "," + matcher(random, faults)
	}
	switch {
	case chance(random, 10):
		list = "{" + list + "}"
	case chance(random, 3):
		list += ","
	case chance(random, faults):
		list = pick(random, []string{"", "{", "}", "=", "team", "team=", "team==sre", "{team=sre", `team="sre`, "team=~", "a=b,,c=d", "1a=b", "'a'=b", "a=b c=d"})
	}
	return list
}

// tree writes a route and the routes in it.
func tree(random *rand.Rand, indent string, depth, faults int) string {
	var out strings.Builder
	line := func(text string) { out.WriteString(indent + text + "\n") }
	isRoot := depth == 0
	if isRoot && !chance(random, faults) || !isRoot && chance(random, 70) {
		receiver := fmt.Sprint("r", random.Intn(6))
		if chance(random, faults) {
			receiver = "missing"
		}
		line("receiver: " + quoted(random, receiver))
	}
	if !isRoot || chance(random, faults) {
		kinds := random.Intn(4)
		if kinds == 0 || chance(random, 10) {
			line("match:")
			for at := range 1 + random.Intn(2) {
				name := names[at*2+random.Intn(2)]
				if chance(random, faults) {
					name = "a.b"
				}
				line("  " + quoted(random, name) + ": " + quoted(random, pick(random, values)))
			}
		}
		if kinds == 1 || chance(random, 10) {
			line("match_re:")
			line("  " + pick(random, names[:5]) + ": " + quoted(random, expression(random, faults)))
		}
		if kinds >= 2 {
			line("matchers:")
			for range 1 + random.Intn(2) {
				line("- " + quoted(random, matcherList(random, faults)))
			}
		}
	}
	if !isRoot && chance(random, 30) || chance(random, faults) {
		line("continue: " + pick(random, []string{"true", "true", "yes", "false"}))
	}
	if chance(random, faults) {
		line(pick(random, []string{"reciever: r1", "route: []", "continue: 'true'", "matcher: []"}))
	}
	if depth < 3 && (isRoot || chance(random, 35)) {
		line("routes:")
		for range 1 + random.Intn(5-depth) {
			child := tree(random, indent+"  ", depth+1, faults)
			if child == "" {
				child = indent + "  {}\n"
			}
			line("-" + child[len(indent)+1:len(child)-1])
		}
	}
	return out.String()
}

func labelSets(random *rand.Rand, count int) []map[string]string {
	sets := []map[string]string{}
	for range count {
		set := map[string]string{}
		for _, name := range names {
			if chance(random, 60) {
				set[name] = pick(random, values)
			}
		}
		sets = append(sets, set)
	}
	return sets
}

func routes(random *rand.Rand) []any {
	records := []any{}
	for at := range 520 {
		// Most configurations are valid.
		faults := 0
		if at%4 == 3 {
			faults = 5
		}
		text := "route:\n" + tree(random, "  ", 0, faults) + "receivers:\n"
		for receiver := range 6 {
			text += fmt.Sprintf("- name: r%d\n", receiver)
		}
		if chance(random, faults) {
			text += "- name: r1\n"
		}
		records = append(records, evaluated(text, labelSets(random, 7)))
	}
	return records
}

// parsed is a list of matchers: label, operator, value.
type parsed struct {
	Text     string      `json:"text"`
	Error    string      `json:"error,omitempty"`
	Matchers [][3]string `json:"matchers"`
}

func matchers(random *rand.Rand) []any {
	records := []any{}
	pieces := []string{"{", "}", "=", "!", "~", ",", `"`, `\`, " ", "a", "team", "1", "é", "'", "=~", "!=", `\n`, `\x41`, `\u00e9`, "\t", "n"}
	for at := range 1200 {
		text := matcherList(random, 20)
		if at%3 == 0 {
			text = ""
			for range 1 + random.Intn(9) {
				text += pick(random, pieces)
			}
		} else if at%3 == 1 {
			cut := random.Intn(len(text) + 1)
			text = strings.ToValidUTF8(text[:cut], "") + pick(random, pieces) + strings.ToValidUTF8(text[cut:], "")
		}
		record := parsed{Text: text, Matchers: [][3]string{}}
		found, err := compat.Matchers(text, "oracle")
		if err != nil {
			record.Error = err.Error()
		}
		for _, matcher := range found {
			record.Matchers = append(record.Matchers, [3]string{matcher.Name, matcher.Type.String(), matcher.Value})
		}
		records = append(records, record)
	}
	return records
}

// matched is an expression with the values that match it and those that do not.
type matched struct {
	Text    string   `json:"text"`
	Error   string   `json:"error,omitempty"`
	Matches []string `json:"matches"`
	Others  []string `json:"others"`
}

func expressions(random *rand.Rand) []any {
	pieces := []string{
		"a", "b", "z", "0", "é", "K", "ſ", ".", "*", "+", "?", "|", "(", ")", "(?:", "(?i)", "(?i:", "(?s)", "(?m)", "(?U)", "(?-i)",
		"(?P<n>", "(?<n>", "(?x)", "(?", "[", "]", "[a-c]", "[^a]", "[a&&b]", "[[a]]", "[]a]", "[a-]", "[z-a]", `[\d-z]`, `[a-\d]`,
		"[[:alpha:]]", "[[:^digit:]]", "[[:no:]]", "[^[:space:]]", `\d`, `\D`, `\s`, `\w`, `\W`, `\b`, `\B`, `\A`, `\z`, `\Z`, `\C`, `\Q`,
		`\E`, `\.`, `\_`, `\-`, `\é`, `\a`, `\07`, `\1`, `\8`, `\x41`, `\x{e9}`, `\x{110000}`, `\x{}`, `\xg0`, `\pL`, `\pN`, `\PL`, `\p{Greek}`,
		`\p{^Lu}`, `\p{Lu}`, `\p{Grek}`, `\p{letter}`, `\p{ascii}`, `\p{}`, `\p{sc=Greek}`, `\pX`, "^", "$", "{", "}", "{2}", "{,3}", "{0}", "{0,1}",
		"{2,1}", "{1001}", "{1000}", "{500}", "{02}", "{1,", "**", "a{2}{3}", "-", ",", " ", "\\",
	}
	subjects := []string{"", "a", "b", "ab", "aa", "aaa", "ba", "A", "0", "00", "é", "É", "z", "a.", ".", "\n", "a\nb", " ", "k", "K", "s", "_", "-", "[", "a]", "{", "a{,3}", "α", "٣", "&", "ab0"}
	records := []any{}
	for range 3000 {
		text := ""
		for range 1 + random.Intn(5) {
			text += pick(random, pieces)
		}
		record := matched{Text: text, Matches: []string{}, Others: []string{}}
		compiled, err := regexp.Compile("^(?:" + text + ")$")
		if err != nil {
			record.Error = err.Error()
			records = append(records, record)
			continue
		}
		for _, subject := range subjects {
			if compiled.MatchString(subject) {
				record.Matches = append(record.Matches, subject)
			} else if len(record.Others) < 6 || chance(random, 20) {
				record.Others = append(record.Others, subject)
			}
		}
		records = append(records, record)
	}
	return records
}

// templates records the variants of a template: all combinations of its conditions.
func templates(random *rand.Rand, template string) []any {
	conditions := regexp.MustCompile(`(?s)<% if (@\w+) %>(.*?)<% end %>`)
	found := conditions.FindAllStringSubmatch(template, -1)
	variables := map[string]bool{}
	for _, condition := range found {
		variables[condition[1]] = true
	}
	sorted := []string{}
	for variable := range variables {
		sorted = append(sorted, variable)
	}
	sort.Strings(sorted)
	teams := regexp.MustCompile(`team: '([a-z-]+)'`).FindAllStringSubmatch(template, -1)
	sets := []map[string]string{}
	for _, team := range append(teams, []string{"", "other"}, []string{"", "observability"}) {
		for _, severity := range []string{"page", "critical", "warning", "task", ""} {
			set := map[string]string{"team": team[1], "severity": severity}
			sets = append(sets, set)
			more := map[string]string{"team": team[1], "severity": severity, "alertname": "JobUnavailable"}
			optional := map[string][]string{
				"alertname": {"SystemdUnitFailed", "Icinga/x", "Down"},
				"instance":  {"cp1001:9100", "db-test1", "sretest1", "https://donate.wikimedia.org/", "x-eqiad-y"},
				"source":    {"icinga", "prometheus"},
				"job":       {"node", "blackbox/pingthing"},
				"site":      {"eqiad", "codfw"},
			}
			for _, name := range []string{"alertname", "instance", "source", "job", "site"} {
				if chance(random, 40) {
					more[name] = pick(random, optional[name])
				}
			}
			sets = append(sets, more)
		}
	}
	records := []any{}
	for variant := range 1 << len(sorted) {
		text := conditions.ReplaceAllStringFunc(template, func(match string) string {
			parts := conditions.FindStringSubmatch(match)
			if variant&(1<<sort.SearchStrings(sorted, parts[1])) == 0 {
				return ""
			}
			return parts[2]
		})
		loops := regexp.MustCompile(`(?s)<% \[(.*?)\]\.each do \|(\w+)\| -%>\n(.*?)<% end -%>\n`)
		text = loops.ReplaceAllStringFunc(text, func(match string) string {
			parts := loops.FindStringSubmatch(match)
			out := ""
			for _, item := range strings.Split(parts[1], ",") {
				item = strings.Trim(item, ` "`)
				out += strings.ReplaceAll(parts[3], "<%= "+parts[2]+" %>", item)
			}
			return out
		})
		text = regexp.MustCompile(`<%#.*?%>`).ReplaceAllString(text, "")
		text = regexp.MustCompile(`<%=.*?%>`).ReplaceAllString(text, "example.org")
		result := evaluated(text, sets)
		result.Text = ""
		records = append(records, result)
	}
	return records
}
