use std::{ffi::OsString, io, path::Path};

use clap::Command;
use clap_complete::env::{Bash as Plain, EnvCompleter};

/// Completion in bash, also of words such as `helm-chart:kask` and `--kind=helm-chart`.
pub(super) struct Bash;

/// bash splits words at `:` and `=`, and replaces only what follows the last one. This joins the parts of each word, and
/// cuts off what bash does not replace.
const SCRIPT: &str = r#"
_ownlint() {
    local words=() index=0 at word after="" candidate
    for at in "${!COMP_WORDS[@]}"; do
        word=${COMP_WORDS[at]}
        if ((at > 1)) && [[ $word == [:=]* || $after == *[:=] ]]; then
            words[${#words[@]} - 1]+=$word
        else
            words+=("$word")
        fi
        after=$word
        if ((at == COMP_CWORD)); then
            index=$((${#words[@]} - 1))
        fi
    done
    word=${words[index]}
    COMPREPLY=()
    while IFS= read -r -d $'\013' candidate || [[ -n $candidate ]]; do
        candidate=${candidate#"${word%"${word##*[:=]}"}"}
        # bash inserts candidates as they are, so that the name of a file could be a command.
        if [[ $candidate == *[^A-Za-z0-9_./:=,@%+-]* ]]; then
            printf -v candidate '%q' "$candidate"
        fi
        COMPREPLY+=("$candidate")
    done < <(_CLAP_IFS=$'\013' _CLAP_COMPLETE_INDEX="$index" VARIABLE=bash ownlint -- "${words[@]}")
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[=/:] ]]; then
        compopt -o nospace
    fi
}
complete -o bashdefault -F _ownlint ownlint
"#;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        Plain.name()
    }

    fn is(&self, name: &str) -> bool {
        Plain.is(name)
    }

    fn write_registration(
        &self,
        variable: &str,
        _name: &str,
        _bin: &str,
        _completer: &str,
        script: &mut dyn io::Write,
    ) -> io::Result<()> {
        write!(
            script,
            "{}",
            SCRIPT.replace("VARIABLE", variable).trim_start()
        )
    }

    fn write_complete(
        &self,
        command: &mut Command,
        words: Vec<OsString>,
        directory: Option<&Path>,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        Plain.write_complete(command, words, directory, out)
    }
}
