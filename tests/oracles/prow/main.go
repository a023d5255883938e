// Command prow records how Prow reads OWNERS files, and which approvers they give to paths.
//
//	prow OUTPUT INPUT
//
// It writes a file with random texts of OWNERS files and what Prow reads in them, and one with random trees of such files
// and the approvers of paths, to the directory OUTPUT. The tests of ownlint compare their results with these files. With
// the arguments -trees and INPUT, it answers for the trees in the file INPUT instead, in the same format.
//
// Texts that are not UTF-8 are recorded with one character for each byte.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/sirupsen/logrus"
	"k8s.io/apimachinery/pkg/util/sets"
	"sigs.k8s.io/prow/pkg/config"
	"sigs.k8s.io/prow/pkg/git/v2"
	"sigs.k8s.io/prow/pkg/github"
	"sigs.k8s.io/prow/pkg/plugins/ownersconfig"
	"sigs.k8s.io/prow/pkg/repoowners"

	"ownlint/tests/oracles/recorder"
)

// module is the module whose behavior is recorded.
const module = "sigs.k8s.io/prow"

// repetitions is how often every question is asked. Some answers depend on the order of a map of Go, which is random;
// they are not recorded.
const repetitions = 20

func main() {
	logrus.SetLevel(logrus.PanicLevel)
	if os.Args[1] == "-trees" {
		answerTrees(os.Args[2])
		return
	}
	header := map[string]string{module: recorder.Version(module)}
	random := rand.New(rand.NewSource(23))
	write := func(name string, records []any) {
		recorder.Write(filepath.Join(os.Args[1], name), append([]any{header}, records...))
	}
	write("texts.jsonl", texts(random))
	write("trees.jsonl", trees(random))
}

// The embedded nil interfaces panic on any call that the client is not expected to make.
type hub struct{ github.Client }

func (hub) GetRef(string, string, string) (string, error) { return "sha", nil }

type factory struct {
	git.ClientFactory
	directory string
}

type repository struct {
	git.RepoClient
	directory string
}

func (f factory) ClientFor(string, string) (git.RepoClient, error) {
	return repository{directory: f.directory}, nil
}
func (repository) Checkout(string) error { return nil }
func (r repository) Directory() string   { return r.directory }
func (repository) Clean() error          { return nil }

// approvers returns the approvers of paths in a directory.
func approvers(directory string, paths []string) map[string][]string {
	client := repoowners.NewClient(factory{directory: directory}, hub{},
		func(string, string) bool { return false },
		func(string, string) bool { return true },
		func() *config.OwnersDirDenylist { return &config.OwnersDirDenylist{} },
		ownersconfig.FakeResolver)
	owners, err := client.LoadRepoOwners("org", "repo", "main")
	if err != nil {
		panic(err)
	}
	answers := map[string][]string{}
	for _, path := range paths {
		answers[path] = sets.List(owners.Approvers(path).Set())
	}
	return answers
}

// tree is a tree of files with the approvers of paths.
type tree struct {
	IsBytes bool                `json:"is_bytes,omitempty"`
	Files   map[string]string   `json:"files"`
	Answers map[string][]string `json:"answers"`
}

// answer writes the files of a tree to a directory and answers for the paths. Returns nil if the answers are random.
func answer(files map[string]string, paths []string) map[string][]string {
	directory, err := os.MkdirTemp("", "prow")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(directory)
	for path, text := range files {
		full := filepath.Join(directory, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			panic(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
			panic(err)
		}
	}
	first := approvers(directory, paths)
	for range repetitions {
		if !reflect.DeepEqual(first, approvers(directory, paths)) {
			return nil
		}
	}
	return first
}

// answerTrees prints the trees of a file with the answers of Prow.
func answerTrees(name string) {
	file, err := os.Open(name)
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 64<<20)
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	for lines.Scan() {
		var input tree
		if err := json.Unmarshal(lines.Bytes(), &input); err != nil {
			panic(err)
		}
		files := map[string]string{}
		for path, text := range input.Files {
			files[fromChars(path, input.IsBytes)] = fromChars(text, input.IsBytes)
		}
		paths := []string{}
		for path := range input.Answers {
			paths = append(paths, fromChars(path, input.IsBytes))
		}
		if err := encoder.Encode(recorded(files, answer(files, paths))); err != nil {
			panic(err)
		}
	}
}

// toChars returns a text with one character for each byte.
func toChars(text string) string {
	chars := []rune{}
	for at := range len(text) {
		chars = append(chars, rune(text[at]))
	}
	return string(chars)
}

func fromChars(text string, isBytes bool) string {
	if !isBytes {
		return text
	}
	bytes := []byte{}
	for _, char := range text {
		bytes = append(bytes, byte(char))
	}
	return string(bytes)
}

func recorded(files map[string]string, answers map[string][]string) tree {
	isUTF8 := true
	for path, text := range files {
		isUTF8 = isUTF8 && utf8.ValidString(path) && utf8.ValidString(text)
	}
	for path := range answers {
		isUTF8 = isUTF8 && utf8.ValidString(path)
	}
	if isUTF8 {
		return tree{Files: files, Answers: answers}
	}
	result := tree{IsBytes: true, Files: map[string]string{}, Answers: map[string][]string{}}
	for path, text := range files {
		result.Files[toChars(path)] = toChars(text)
	}
	for path, owners := range answers {
		for _, owner := range owners {
			result.Answers[toChars(path)] = append(result.Answers[toChars(path)], owner)
		}
		if len(owners) == 0 {
			result.Answers[toChars(path)] = []string{}
		}
	}
	return result
}

// text is a text with what Prow reads in it; a part is null if Prow rejects the text.
type text struct {
	Text    string              `json:"text"`
	IsBytes bool                `json:"is_bytes,omitempty"`
	Simple  *simple             `json:"simple"`
	Full    *full               `json:"full"`
	Aliases map[string][]string `json:"aliases"`
}

// simple is a file with owners of all files: approvers, reviewers, required reviewers, labels.
type simple struct {
	Owners   [4][]string `json:"owners"`
	NoParent bool        `json:"no_parent,omitempty"`
}

// full is a file with filters.
type full struct {
	Filters  map[string][4][]string `json:"filters"`
	NoParent bool                   `json:"no_parent,omitempty"`
}

func owners(config repoowners.Config) [4][]string {
	lists := [4][]string{config.Approvers, config.Reviewers, config.RequiredReviewers, config.Labels}
	for at := range lists {
		if lists[at] == nil {
			lists[at] = []string{}
		}
	}
	return lists
}

func read(content string) (result text) {
	result.Text = content
	if !utf8.ValidString(content) {
		result.Text, result.IsBytes = toChars(content), true
	}
	if config, err := repoowners.LoadSimpleConfig([]byte(content)); err == nil {
		result.Simple = &simple{Owners: owners(config.Config), NoParent: config.Options.NoParentOwners}
	}
	if config, err := repoowners.LoadFullConfig([]byte(content)); err == nil {
		result.Full = &full{Filters: map[string][4][]string{}, NoParent: config.Options.NoParentOwners}
		for filter, config := range config.Filters {
			result.Full.Filters[filter] = owners(config)
		}
	}
	if aliases, err := repoowners.ParseAliasesConfig([]byte(content)); err == nil {
		result.Aliases = map[string][]string{}
		for name, members := range aliases {
			result.Aliases[name] = sets.List(members)
		}
	}
	return result
}

func texts(random *rand.Rand) []any {
	records := []any{}
	seen := map[string]bool{}
	for len(records) < 12000 {
		content := ""
		switch random.Intn(10) {
		case 0, 1, 2:
			content = mutated(random, pick(random, seeds))
		case 3:
			content = mutated(random, newWriter(random).file())
		default:
			content = newWriter(random).file()
		}
		switch {
		case chance(random, 1):
			content = utf16(random, content)
		case chance(random, 2):
			content = "# " + strings.Repeat(pick(random, []string{"x", "é", "€"}), 100+random.Intn(900)) + "\n" + content
		}
		if seen[content] {
			continue
		}
		seen[content] = true
		record := read(content)
		isRandom := false
		for range repetitions {
			isRandom = isRandom || !reflect.DeepEqual(record, read(content))
		}
		if !isRandom {
			records = append(records, record)
		}
	}
	return records
}

func utf16(random *rand.Rand, content string) string {
	isLittle := chance(random, 50)
	units := []rune{'\ufeff'}
	units = append(units, []rune(content)...)
	out := []byte{}
	for _, unit := range units {
		low, high := byte(unit), byte(unit>>8)
		if isLittle {
			out = append(out, low, high)
		} else {
			out = append(out, high, low)
		}
	}
	if chance(random, 20) {
		out = append(out, 'x')
	}
	return string(out)
}

func pick(random *rand.Rand, list []string) string {
	return list[random.Intn(len(list))]
}

func chance(random *rand.Rand, percent int) bool {
	return random.Intn(100) < percent
}

// seeds are valid files in the styles that people use.
var seeds = []string{
	"approvers:\n- alice\n- bob\nreviewers:\n- carol\n",
	"# See the OWNERS docs\n\napprovers:\n  - alice # lead\n  - '@bob'\n  - \"Carol\"\nlabels:\n  - sig/network\n",
	"approvers: [alice, bob]\nreviewers: []\noptions:\n  no_parent_owners: true\n",
	"options: {no_parent_owners: true}\napprovers:\n- team-leads\n",
	"filters:\n  \".*\":\n    approvers:\n    - alice\n  \"\\\\.go$\":\n    approvers:\n    - gopher\n    labels: [go]\n",
	"filters:\n  '^docs/': {approvers: [writer], reviewers: [r]}\n  .*:\n    approvers: [root]\noptions:\n  no_parent_owners: yes\n",
	"aliases:\n  leads:\n  - alice\n  - bob\n  team:\n  - carol\n",
	"aliases: {leads: [alice, Bob], team: [leads, carol]}\n",
	"{\"approvers\": [\"alice\", \"bob\"], \"labels\": [\"a/b\"]}\n",
	"x: &people\n- alice\n- bob\napprovers: *people\nreviewers: *people\n",
	"base: &base {approvers: [a], reviewers: [b]}\nfilters:\n  x:\n    <<: *base\n    reviewers: [c]\n",
	"---\napprovers:\n- alice\n...\n",
	"%YAML 1.1\n---\napprovers:\n- alice\n---\nx: [\n",
	"approvers:\n- >-\n  folded\n  name\n- |\n  literal\n\n- plain\n  name\n",
	"? approvers\n: - alice\n  - bob\n? labels\n",
	"approvers:\r\n- alice\r\n- bob\r\n",
	"\ufeffapprovers:\n- alice\n",
	"approvers:\n    - alice\n    -   - nested\n",
	"reviewers:\n- &a alice\n- *a\napprovers:\n- !!str 1\n- ! 2\n- !custom 3\n",
	"approvers:\n- \"a\\tb\\u00e9\\x41\\\n  c\"\n- 'it''s'\n",
	"filters:\n  ? |\n    a\n  : approvers: [x]\n  \"b\": {}\n  c: ~\n",
	"aliases:\n  1: [0x10, 1e3, yes, ~]\n  on: []\n  x: [a]\n",
	"a: [b, c]\n",
	"",
}

// pieces are inserted into texts.
var pieces = []string{
	"\t", " ", "  ", "\n", "\n  ", "\r\n", "\r", "\u0085", "\u2028", "\u2029", "\ufeff", "#", " #", "# c", ":", ": ", "- ", "-", "-\t", "? ", "?",
	"[", "]", "{", "}", ",", ", ", "'", "\"", "''", "|", "|-\n", "|2\n", ">", ">+\n", "&a ", "*a", "*a ", "!!str ", "!!int ", "!!float ", "!!bool ",
	"!!null ", "!!binary ", "!!timestamp ", "!!seq ", "!!map ", "! ", "!x ", "!x!y ", "!<tag:yaml.org,2002:str> ", "!%41 ", "<<: ", "<<: *a\n",
	"%YAML 1.1\n", "%YAML 1.2\n", "%TAG ! tag:x,\n", "%TAG !x! tag:yaml.org,2002:\n", "%X\n", "---\n", "--- ", "...\n", "\n---\n", "~", "null", "yes",
	"no", "on", "y", "N", "True", "1", "010", "0x10", "0o7", "1e5", "1e400", "1_0", "+1", "-", ".5", ".5_1", "._5", ".inf", "-.Inf", ".nan", "0b11", "-0b1",
	"0b+1", "12:30", "2001-01-01", "2001-02-30", "18446744073709551615", "QQ==", "\\", "\\x41", "\\u00e9", "\\N", "\\q", "@", "`", "%", "\x7f", "\xff",
	"\xc3", "\x00", "\u00e9", "\u20ac", "\U0001F600", "x", "a b", "Approvers: [z]\n", "approvers: [z]\n", "approver\u017f: [z]\n", "APPROVERS: [~, y1]\n",
	"filters: {}\n", "options: {}\n", "labels: ~\n", "labels: [~]\n", "approvers: z\n", "aliases: {}\n",
}

// mutated changes a text in one or more places.
func mutated(random *rand.Rand, content string) string {
	for first := true; first || chance(random, 30); first = false {
		lines := strings.SplitAfter(content, "\n")
		at := random.Intn(len(content) + 1)
		line := random.Intn(len(lines))
		switch random.Intn(8) {
		case 0, 1, 2:
			content = content[:at] + pick(random, pieces) + content[at:]
		case 3:
			// Before a word.
			if next := strings.IndexAny(content[at:], " \n[,{"); next >= 0 {
				at += next + 1
			}
			content = content[:at] + pick(random, pieces) + content[at:]
		case 4:
			end := min(len(content), at+1+random.Intn(3))
			content = content[:at] + content[end:]
		case 5:
			lines[line] += lines[line]
			content = strings.Join(lines, "")
		case 6:
			other := random.Intn(len(lines))
			lines[line], lines[other] = lines[other], lines[line]
			content = strings.Join(lines, "")
		default:
			lines[line] = strings.Repeat(" ", random.Intn(4)) + strings.TrimLeft(lines[line], " ")
			content = strings.Join(lines, "")
		}
	}
	return content
}

// writer writes random files, most of them valid.
type writer struct {
	random  *rand.Rand
	anchors int
}

func newWriter(random *rand.Rand) *writer {
	return &writer{random: random}
}

func (w *writer) chance(percent int) bool { return chance(w.random, percent) }

func (w *writer) pick(choices ...string) string { return pick(w.random, choices) }

func (w *writer) file() string {
	out := ""
	if w.chance(6) {
		out += w.pick("---\n", "--- ", "%YAML 1.1\n---\n", "%TAG !e! tag:yaml.org,2002:\n---\n", "# c\n---\n", "\n\n", "--- # c\n")
	}
	entries := []string{}
	for range 1 + w.random.Intn(3) {
		entries = append(entries, w.entry())
	}
	if w.chance(20) {
		w.anchors = 2
		entries = append([]string{"x0: &m {approvers: [m1], reviewers: [m2]}\n", "x1: &l [l1, l2]\n"}, entries...)
	}
	if w.chance(8) {
		entries = append(entries, w.pick("<<: {approvers: [z]}\n", "<<: *m\n", "<<: [{labels: [z]}, {labels: [y]}]\n", "<<: 1\n", "<<: ~\n", "'<<': {labels: [z]}\n"))
	}
	out += strings.Join(entries, "")
	if w.chance(6) {
		out += w.pick("...\n", "---\n", "---\nx: [\n", "...\n%X\n", "... x\n", "--- {\n", "# c", "---\n\xff\n")
	}
	return out
}

func (w *writer) key(name string) string {
	if w.chance(6) {
		return w.pick(strings.ToUpper(name), strings.Title(name), strings.ReplaceAll(name, "s", "\u017f"), strings.ReplaceAll(name, "k", "\u212a"))
	}
	return w.pick(name, name, name, name, name, "'"+name+"'", "\""+name+"\"", "!!str "+name, "? "+name+"\n")
}

// entry writes an entry of the file.
func (w *writer) entry() string {
	switch w.random.Intn(10) {
	case 0, 1, 2, 3:
		return w.key(w.pick("approvers", "approvers", "reviewers", "required_reviewers", "labels")) + ":" + w.list("")
	case 4, 5:
		return w.key("filters") + ":" + w.mapping("", w.filter, func(indent string) string { return w.mapping(indent, w.ownerKey, w.list) })
	case 6:
		return w.key("options") + ":" + w.mapping("", func() string {
			return w.key(w.pick("no_parent_owners", "no_parent_owners", "auto_approve_unowned_subfolders", "other"))
		}, func(string) string {
			return " " + w.pick("true", "true", "yes", "on", "false", "~", "1", "'true'", "[]", "True", "TRUE", "y", "!!bool yes") + "\n"
		})
	case 7, 8:
		return w.key("aliases") + ":" + w.mapping("", w.scalar, w.list)
	default:
		return w.scalar() + ":" + w.list("")
	}
}

func (w *writer) ownerKey() string {
	return w.key(w.pick("approvers", "approvers", "reviewers", "labels", "x"))
}

func (w *writer) filter() string {
	return w.pick("'.*'", ".*", "\".*\"", "'\\.go$'", "\"\\\\.md$\"", "x", "^x", "a/b", "'(?i)x'", "y", "1", "~", "'['", w.scalar())
}

// mapping writes a mapping after a colon.
func (w *writer) mapping(indent string, key func() string, value func(indent string) string) string {
	if w.chance(5) {
		return w.pick(" {}\n", " ~\n", "\n", " []\n", " x\n", " 1\n", " *m\n", " &n {}\n")
	}
	count := 1 + w.random.Intn(3)
	if w.chance(30) {
		items := []string{}
		for range count {
			// A list in brackets.
			value := strings.TrimSuffix(value(""), "\n")
			if strings.Contains(value, "\n") {
				value = " [v]"
			}
			items = append(items, strings.TrimSuffix(strings.TrimPrefix(key(), "? "), "\n")+":"+value)
		}
		return " {" + strings.Join(items, w.pick(", ", ",", " ,\n ")) + w.pick("}", "}", ",}", " }") + "\n"
	}
	out := w.pick("", "", "", " # c", " &n", " !!map") + "\n"
	inner := indent + w.pick(" ", "  ", "    ")
	for range count {
		out += inner + key() + ":" + value(inner)
	}
	if w.chance(6) {
		out += inner + w.pick("<<: *m", "<<: {approvers: [z]}", "<<: [*m, *m]") + "\n"
	}
	return out
}

// list writes a list after a colon.
func (w *writer) list(indent string) string {
	if w.chance(8) {
		return " " + w.pick("~", "", "x", "[]", "[[x]]", "{a: b}", "*l", "*m", "1", "null", "!!seq []", "[a: b]", "[? a]", "[,]", "[a,, b]", "'a'", "&l [q]") + "\n"
	}
	count := 1 + w.random.Intn(3)
	if w.chance(35) {
		items := []string{}
		for range count {
			items = append(items, w.scalar())
		}
		return " [" + strings.Join(items, w.pick(", ", ",", " ,\n  ")) + w.pick("]", "]", ",]", " ]", "]# c") + "\n"
	}
	out := w.pick("", "", "", " # c", " &l", " !!seq", "\t") + "\n"
	inner := indent + w.pick("", "", "  ", " ")
	for range count {
		out += inner + "-" + w.pick(" ", " ", " ", "  ", "\t", "\n"+inner+"  ") + w.item(inner) + w.pick("\n", "\n", "\n", " # c\n", "\r\n", "\n\n")
	}
	return out
}

// item writes an item of a list with dashes.
func (w *writer) item(indent string) string {
	if w.chance(10) {
		return w.pick("|\n", "|-\n", ">\n", ">-\n", "|+\n", "|1\n", "|2-\n", "> # c\n") + indent + "  " + w.pick("a", "a\n"+indent+"  b", "a\n\n"+indent+"   b", "\ta", " a\n")
	}
	if w.chance(5) {
		return w.pick("a\n"+indent+"  b", "a\n\n"+indent+" b", "\"a\n"+indent+"  b\"", "'a\n\n"+indent+"  b'", "\"a\\\n"+indent+"  b\"")
	}
	return w.scalar()
}

func (w *writer) scalar() string {
	if w.chance(80) {
		return w.pick("alice", "bob", "Carol", "'@dave'", "\"@Eve\"", "team", "leads", "x-y", "z_1")
	}
	return w.pick("a b", "a:b", "a#b", "a #b", "-a", "?a", ":a", "@a", "`a", "%a", "!a", "&c d", "*c", "'it''s'", "\"q\\\"\"", "\"\\u00e9\"", "\"\\x\"", "é", "İ", "ΑΣ", "''", "\"\"", "~",
		"null", "Null", "nULL", "yes", "Yes", "yES", "no", "on", "off", "y", "n", "true", "True", "false", "1", "0", "-1", "+1", "01", "08", "0x1F", "0X1f", "0o17",
		"0b101", "-0b11", "0b+1", "0b2", "1_000", "1__0", "_1", "1_", "1.5", "1.", ".5", ".5_0", "1e3", "1e+3", "1.5e-7", "1e400", "123456789", "1e20", "0.1", "1.10", "9223372036854775808",
		"18446744073709551616", "-9223372036854775809", ".inf", "-.INF", "+.Inf", ".nan", ".NaN", "1:30", "12e", "0x", "2001-01-01", "2001-1-1 1:2:3", "2001-12-14t21:59:43.10-05:00",
		"!!str 1", "!!str", "!!int 1", "!!int x", "!!float 1", "!!float .5", "!!bool x", "!!bool on", "!!null ~", "!!null x", "!!binary YWJj", "!!binary /w==", "!!binary x", "! 1",
		"!x 1", "!!timestamp 2001-01-01", "!!timestamp 2001-02-29", "!!timestamp x", "!!set x", "!!merge <<", "!<tag:yaml.org,2002:int> 5", "<<", "=", "'1'", "\"yes\"", "[a]", "{a: b}", "*l", "*m")
}

var folders = []string{
	"", "a", "a/b", "a/b/c", "docs", "vendor", "vendor/x", "vendor/x/y", "vendor/x/y/z", "myvendor/a/b", "x_output", "x_output/a", "_output", "foo.git", "foo.git/a",
	"a b", "ä", "caf\xe9", "a.gitx", "output_", "vendor/x\ny/z", "k\u2028l",
}

var names = []string{"x", "a.go", "README.md", "b/x", "docs/x", "\xff.go", "é", "٣", "K", "a b", "a{", "1", "x\ny", "a.E", "\u00a0", "~", "doc", "\x7f", "\u0085", "OWNERS"}

var expressions = []string{
	".*", "\\.go$", "^x", "b/", "^[^/]*$", "^docs/", "\\bdoc\\b", "\\d", "\\s", "\\w+\\.md", "docs/**", "a**", "**", "x{2}{2}", "{", "a{", "{,2}", "\\Qa.E\\E", "[a&&b]", "[[a]b]", "[\\d-a]",
	"(?x)a b", "(?i)README", "(?R)a", "(?<1>a)", "(?P<n>x)", "\\u0041", "\\p{White_Space}", "\\pL", "\\p{Greek}", "\\p{^L}", "[[:alpha:]]", "[[:word:]]", "[[:no:]]", "[^a]", "x|y", "(", "[", "\\",
	"^$", "", "^\\.$", "\\x{fffd}", "\\xff", "^.\\.go$", "é", "(?s)x.y", "x.y", "x\\sy", "(?m)^y", "\\C", "^.$", "[^[:ascii:]]", "\\z", "a\\.", "\\141", "(?:a|b)+c?", "x*?", "(a{100}){11}", ".+/.+",
}

// parts are put together to random expressions.
var parts = []string{
	"a", "b", "x", "0", "é", "K", "ſ", ".", "*", "+", "?", "|", "(", ")", "(?:", "(?i)", "(?i:", "(?s)", "(?m)", "(?U)", "(?-i)", "^", "$", "/", "-",
	"(?P<n>", "(?<n>", "(?x)", "(?", "[", "]", "[a-c]", "[^a]", "[a&&b]", "[[a]]", "[]a]", "[a-]", "[z-a]", "[\\d-z]", "[a-\\d]", "[^/]*", "[^/]+",
	"[[:alpha:]]", "[[:^digit:]]", "[[:no:]]", "[^[:space:]]", "\\d", "\\D", "\\s", "\\w", "\\W", "\\b", "\\B", "\\A", "\\z", "\\Z", "\\C", "\\Q", "\\E", "\\.",
	"\\_", "\\-", "\\é", "\\a", "\\07", "\\1", "\\8", "\\x41", "\\x{e9}", "\\x{110000}", "\\x{fffd}", "\\xff", "\\pL", "\\pN", "\\PL", "\\p{Greek}", "\\p{^Lu}",
	"\\p{Grek}", "\\p{letter}", "\\p{ascii}", "\\p{Any}", "\\p{Alphabetic}", "\\p{Nd}", "\\p{Assigned}", "\\p{sc=Greek}", "\\pX", "{", "}", "{2}", "{,3}", "{0}",
	"{0,1}", "{2,1}", "{1001}", "{1000}", "{02}", "{1,", "**", "a{2}{3}", ",", " ", ".*", ".+",
}

func expression(random *rand.Rand) string {
	if chance(random, 50) {
		return pick(random, expressions)
	}
	text := ""
	for range 1 + random.Intn(4) {
		text += pick(random, parts)
	}
	return text
}

var logins = []string{"alice", "Bob", "@carol", "leads", "Team", "team", "all", "none", "İ", "ΑΣ", "@@leads", "", " ", "@"}

// ownersFile writes an OWNERS file of a tree, most of them valid.
func ownersFile(random *rand.Rand) string {
	list := func() string {
		items := []string{}
		for range random.Intn(4) {
			login, _ := json.Marshal(pick(random, logins))
			items = append(items, string(login))
		}
		if chance(random, 5) {
			items = append(items, pick(random, []string{"~", "1", "yes", "0x10", "[a]"}))
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	out := ""
	if chance(random, 25) {
		out += "options: {no_parent_owners: " + pick(random, []string{"true", "true", "yes", "false"}) + "}\n"
	}
	if chance(random, 55) {
		for range 1 + random.Intn(2) {
			out += pick(random, []string{"approvers", "approvers", "approvers", "reviewers", "labels", "Approvers"}) + ": " + list() + "\n"
		}
	}
	if out == "" || chance(random, 40) {
		out += "filters:\n"
		for range 1 + random.Intn(4) {
			filter, _ := json.Marshal(expression(random))
			out += "  " + string(filter) + ": {" + pick(random, []string{"approvers", "approvers", "approvers", "labels"}) + ": " + list() + "}\n"
		}
	}
	if chance(random, 6) {
		out = mutated(random, out)
	}
	return out
}

func trees(random *rand.Rand) []any {
	records := []any{}
	for len(records) < 1800 {
		files := map[string]string{}
		used := []string{""}
		for range 1 + random.Intn(5) {
			folder := pick(random, folders)
			used = append(used, folder)
			files[filepath.Join(folder, "OWNERS")] = ownersFile(random)
		}
		if chance(random, 70) {
			files["OWNERS"] = ownersFile(random)
		}
		if chance(random, 50) {
			out := "aliases:\n"
			order := random.Perm(len(logins) - 3)
			for _, at := range order[:random.Intn(5)] {
				name, _ := json.Marshal(logins[at])
				out += "  " + string(name) + ": ["
				for range random.Intn(3) {
					member, _ := json.Marshal(pick(random, logins))
					out += string(member) + ", "
				}
				out += "]\n"
			}
			files["OWNERS_ALIASES"] = out
		}
		paths := map[string]bool{}
		for len(paths) < 7 {
			folder := pick(random, used)
			if chance(random, 15) {
				folder = pick(random, folders)
			}
			path := strings.TrimPrefix(folder+"/"+pick(random, names), "/")
			isFolder := false
			for file := range files {
				isFolder = isFolder || strings.HasPrefix(file, path+"/")
			}
			if !isFolder {
				paths[path] = true
			}
		}
		sorted := []string{}
		for path := range paths {
			sorted = append(sorted, path)
		}
		sort.Strings(sorted)
		if answers := answer(files, sorted); answers != nil {
			records = append(records, recorded(files, answers))
		}
	}
	if len(records) == 0 {
		panic(fmt.Sprint("no records"))
	}
	return records
}
