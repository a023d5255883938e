// Command gitea records how Gitea reads CODEOWNERS files and matches the expressions in them.
//
//	gitea OUTPUT INPUT
//
// It writes files with pairs of input and answer to the directory OUTPUT. The tests of ownlint compare their results with
// these files. The directory INPUT contains files that ownlint generated.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"gitea.dev/models/db"
	"gitea.dev/models/issues"
	"gitea.dev/models/organization"
	"gitea.dev/models/user"
	"gitea.dev/modules/setting"
	"xorm.io/xorm"
	"xorm.io/xorm/names"

	"ownlint/tests/oracles/recorder"
)

// The modules whose behavior is recorded.
var modules = []string{"gitea.dev", "github.com/dlclark/regexp2/v2"}

// timeout is longer than Gitea's, so that the records do not depend on how busy the machine is.
const timeout = 10 * time.Second

func main() {
	directory, input := os.Args[1], os.Args[2]
	ctx := context.Background()
	createOwners(ctx)
	random := rand.New(rand.NewSource(23))
	write(directory, "lines.jsonl", lines(random))
	write(directory, "expressions.jsonl", expressions(ctx, random))
	write(directory, "files.jsonl", files(ctx, random))
	write(directory, "generated.jsonl", generated(ctx, filepath.Join(input, "generated.jsonl")))
}

func write(directory, name string, records []any) {
	header := map[string]string{}
	for _, module := range modules {
		header[module] = recorder.Version(module)
	}
	recorder.Write(filepath.Join(directory, name), append([]any{header}, records...))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// createOwners creates a database with users and teams.
func createOwners(ctx context.Context) {
	scratch, err := os.MkdirTemp("", "gitea")
	check(err)
	defer os.RemoveAll(scratch)
	path := filepath.Join(scratch, "owners.db")
	options := db.ConnOptions{Type: setting.DatabaseTypeSQLite3, SQLitePath: path, SQLiteBusyTimeout: 500}
	driver, connection, err := db.ConnStr(options)
	check(err)
	engine, err := xorm.NewEngine(driver, connection)
	check(err)
	engine.SetMapper(names.GonicMapper{})
	db.SetDefaultEngine(ctx, engine)
	check(db.SyncAllTables())
	add := func(bean any) {
		_, err := engine.NoAutoTime().Insert(bean)
		check(err)
	}
	for id, name := range []string{"ann", "Bob", "carl.d", "dba", "sre", "web"} {
		add(&user.User{ID: int64(id + 1), Name: name, LowerName: strings.ToLower(name), Email: name + "@example.org"})
	}
	add(&organization.Organization{ID: 100, Name: "o", LowerName: "o", Type: user.UserTypeOrganization})
	for _, name := range []string{"Docs", "sre", "web", "dba", "old"} {
		add(&organization.Team{OrgID: 100, Name: name, LowerName: strings.ToLower(name)})
	}
}

func pick(random *rand.Rand, from []string) string {
	return from[random.Intn(len(from))]
}

func chance(random *rand.Rand, percent int) bool {
	return random.Intn(100) < percent
}

// line is a line with its tokens.
type line struct {
	Line   string   `json:"line"`
	Tokens []string `json:"tokens"`
}

func lines(random *rand.Rand) []any {
	pieces := []string{
		"a", "docs/", ".*", "@ann", "@o/docs", " ", " ", "  ", "\t", "\\", "\\", "#", "!", "/", "|", "\r", "\u00a0", "\u0085",
		"\u2028", "\v", "\f", "\ufeff", "\ufffd", "é", "😀", "\u3000", "\\#", "\\ ", "\\\\", "\\!", "\"",
	}
	records := []any{}
	for range 3000 {
		text := ""
		for range random.Intn(9) {
			text += pick(random, pieces)
		}
		tokens := issues.TokenizeCodeOwnersLine(text)
		if tokens == nil {
			tokens = []string{}
		}
		records = append(records, line{Line: text, Tokens: tokens})
	}
	return records
}

// expression is an expression with the paths that it matches and some that it does not, or with the error for which it
// is rejected.
type expression struct {
	Text    string   `json:"text"`
	Error   string   `json:"error,omitempty"`
	Matches []string `json:"matches"`
	Others  []string `json:"others"`
}

// evaluated matches an expression with all subjects. It returns nil if one takes too long.
func evaluated(ctx context.Context, random *rand.Rand, text string, subjects []string) any {
	record := expression{Text: text, Matches: []string{}, Others: []string{}}
	rule, warnings := issues.ParseCodeOwnersLine(ctx, []string{text, "@ann"})
	if rule == nil {
		record.Error = strings.Join(warnings, ", ")
		return record
	}
	rule.Rule.MatchTimeout = timeout
	for _, subject := range subjects {
		matched, err := rule.Rule.MatchString(subject)
		if err != nil {
			return nil
		}
		if matched {
			record.Matches = append(record.Matches, subject)
		} else if len(record.Others) < 4 || chance(random, 15) {
			record.Others = append(record.Others, subject)
		}
	}
	return record
}

// expressions records random expressions: some with the syntax of .NET, some with that of globs.
func expressions(ctx context.Context, random *rand.Rand) []any {
	syntax := []string{
		"a", "b", "z", "0", "é", "K", "ſ", "/", ".", "*", "+", "?", "|", "|", "(", "(", ")", ")", "(?:", "(?i)", "(?i:", "(?s)", "(?m)", "(?n)", "(?x)",
		"(?-i)", "(?i-s:", "(?P<n>", "(?<n>", "(?'n'", "(?<2>", "(?<n-n>", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?#a)", "(?", "(?(n)", "(?(1)",
		"(?(a)", "(?R)", "[", "]", "[a-c]", "[^a]", "[a&&b]", "[[a]]", "[]a]", "[a-]", "[z-a]", `[\d-z]`, `[a-\d]`, "[a-z-[b]]", "[^a-[b]]", "[a-c-[b-[b]]]",
		"[a-[b]c]", "[[:alpha:]]", "[^[:space:]]", `[\w-a]`, `[\b]`, `[\]]`, `[\-a]`, `[^/]`, `[^/]*`, `[^/]+`, `\d`, `\D`, `\s`, `\S`, `\w`, `\W`, `\b`, `\B`, `\A`,
		`\z`, `\Z`, `\G`, `\C`, `\Q`, `\E`, `\.`, `\_`, `\-`, `\é`, `\a`, `\e`, `\07`, `\1`, `\2`, `\8`, `\10`, `\x41`, `\x{e9}`, `\x{110000}`, `\x{}`, `\xg0`, `\u0062`,
		`\u62`, `\cA`, `\c`, `\k<n>`, `\k'n'`, `\<n>`, `\k`, `\pL`, `\pN`, `\PL`, `\p{Lu}`, `\p{L}`, `\P{Lu}`, `\p{Greek}`, `\p{IsGreek}`, `\p{}`, `\pX`, `\p{Nope}`, "^", "$",
		"{", "}", "{2}", "{,3}", "{0}", "{0,1}", "{2,1}", "{1,", "{1,}", "{a,b}", "**", "*?", "+?", "??", "a{2}{3}", "-", ",", " ", "#", "\\", "\n",
	}
	globs := []string{
		"a", "b", "docs", "src", "/", "/", "/", "*", "**", "**/", "/**", ".*", ".*", "[^/]*", "[^/]+", `\.`, ".", "md", "go", "(a|b)", "(?:docs|src)", "|", "?", "{a,b}",
		"(?!docs/)", "(?!docs/a$)", "(?!.*\\.md$)", "(?:/.*)?", "(?:.*/)?", "$", "!", "^",
	}
	// The first ones are recorded even if they do not match.
	subjects := []string{
		"a", "b", "ab", "aa", "aaa", "ba", "A", "0", "00", "é", "É", "z", "a.", ".", "\n", "a\n", "a\nb", " ", "k", "K", "ſ", "s", "_", "-", "[", "a]", "{", "a{,3}",
		"α", "Δ", "٣", "&", "ab0", "a b", "a/b", "a/b/a", "aba", "bb", "cmd", "docs", "docs/", "docs/a", "docs/a.md", "docs/src/b.go", "src/a", "src/b.go", "x.md",
		"README.md", "/a", "docs/a/docs/b", "😀", "\u2028", "a\u200d", "ʼ", "\ufffd",
	}
	records := []any{}
	for at := range 7000 {
		pieces := syntax
		if at%3 == 0 {
			pieces = globs
		}
		text := ""
		for range 1 + random.Intn(6) {
			text += pick(random, pieces)
		}
		if record := evaluated(ctx, random, text, subjects); record != nil {
			records = append(records, record)
		}
	}
	return records
}

// file is a file with the owners of some paths.
type file struct {
	Text   string              `json:"text"`
	Owners map[string][]string `json:"owners"`
}

// answered returns the owners of paths: those of all rules that apply.
func answered(ctx context.Context, text string, paths []string) file {
	result := file{Text: text, Owners: map[string][]string{}}
	rules, _ := issues.GetCodeOwnersFromContent(ctx, text)
	for _, path := range paths {
		found := map[string]bool{}
		for _, rule := range rules {
			rule.Rule.MatchTimeout = timeout
			matched, err := rule.Rule.MatchString(path)
			check(err)
			if matched == rule.Negative {
				continue
			}
			for _, user := range rule.Users {
				found["@"+user.LowerName] = true
			}
			for _, team := range rule.Teams {
				found["@o/"+team.Name] = true
			}
		}
		owners := []string{}
		for owner := range found {
			owners = append(owners, owner)
		}
		sort.Strings(owners)
		result.Owners[path] = owners
	}
	return result
}

func files(ctx context.Context, random *rand.Rand) []any {
	patterns := []string{
		".*", "docs/.*", "docs/", "docs", "/docs/.*", "!docs/.*", "!/docs/.*", "\\!docs/.*", "*.md", ".*\\.md", ".*\\\\.md", "**", "docs/**", "docs/*", "src/[^/]*", "src|docs",
		"(src|docs)/.*", "(?!docs/).*", "(?i)readme\\\\.md", "a\\ b/.*", "a\\#b", "c#d", "src/.*\\\\.(go|rs)", "[a-c]*", "(", "src/(?!gen/).*", "\ufeffsrc/.*", "\\/src/.*",
		"src/\\\\d+/.*", "!.*", "!", "//src/.*", "[a-z]+(?<!s)/.*", "x\t.*", "src/.*$", "^src/.*", "\\\\.github/.*",
	}
	owners := []string{
		"@ann", "@bob", "@BOB", "ann", "@carl.d", "@o/Docs", "@O/sre", "@o/docs", "o/web", "@nobody", "ann@example.org", "@o/a/b", "@x/web", "@o/", "@", "#", "# @ann",
		"@ann,", "\\@ann", "@@ann", "@a\\ nn",
	}
	paths := []string{"README.md", "docs/a.md", "docs/src/b.go", "src/main.rs", "src/gen/x.go", "src/12/a", "a b/c", "a#b", "c", ".github/x", "cmd", "docs", "x y"}
	records := []any{}
	for range 1500 {
		text := ""
		for range 1 + random.Intn(5) {
			line := pick(random, patterns)
			for range random.Intn(4) {
				line += pick(random, []string{" ", " ", "  ", "\t"}) + pick(random, owners)
			}
			switch random.Intn(12) {
			case 0:
				line = "  " + line
			case 1:
				line += "\r"
			case 2:
				line = "# " + line
			}
			text += line + "\n"
		}
		records = append(records, answered(ctx, text, paths))
	}
	return records
}

// generated records the owners by files that ownlint generated.
func generated(ctx context.Context, name string) []any {
	content, err := os.ReadFile(name)
	check(err)
	records := []any{}
	decoder := json.NewDecoder(bytes.NewReader(content))
	for decoder.More() {
		var input struct {
			Text  string   `json:"text"`
			Paths []string `json:"paths"`
		}
		check(decoder.Decode(&input))
		records = append(records, answered(ctx, input.Text, input.Paths))
	}
	if len(records) == 0 {
		panic(fmt.Sprint("no files in ", name))
	}
	return records
}
