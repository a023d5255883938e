use super::{TeamId, Teams, slug, spelling_parts};

/// Words that say only that a name belongs to a team.
const GENERIC: [&str; 5] = ["crew", "group", "squad", "team", "teams"];

/// The teams that an unknown name could mean, although it is not a misspelling of any of their names. Retired teams are
/// replaced by their successors.
#[derive(Debug, Default)]
pub struct SimilarTeams {
    /// Teams with this name, except for words such as `team` and abbreviations such as `k8s`.
    pub same: Vec<TeamId>,
    /// Other teams whose names contain this name, or have it as their initials.
    pub longer: Vec<TeamId>,
}

impl Teams {
    /// Returns the teams that an unknown name could mean.
    pub fn similar(&self, raw: &str) -> SimilarTeams {
        let names = names(raw);
        let is_any = |spellings: &[Vec<String>], is_similar: fn(&[String], &[String]) -> bool| {
            let mut all = names.iter();
            all.any(|name| spellings.iter().any(|spelling| is_similar(name, spelling)))
        };
        let mut similar = SimilarTeams::default();
        for (id, team) in self.iter() {
            let Some(id) = self.active(id) else {
                continue;
            };
            let spellings = team.spellings().map(|spelling| spelling.value.as_str());
            let handles = team.handles.iter().flat_map(|(_, handles)| handles);
            let spellings = spellings.chain(handles.map(String::as_str));
            let spellings: Vec<Vec<String>> = spellings.flat_map(self::names).collect();
            if is_any(&spellings, is_same) {
                similar.same.push(id);
            } else if is_any(&spellings, is_longer) {
                similar.longer.push(id);
            }
        }
        for teams in [&mut similar.same, &mut similar.longer] {
            teams.sort_unstable();
            teams.dedup();
        }
        let SimilarTeams { same, longer } = &mut similar;
        longer.retain(|team| !same.contains(team));
        similar
    }
}

/// Returns the words of a name and of its parts that are not addresses, without generic words.
fn names(raw: &str) -> Vec<Vec<String>> {
    let parts = spelling_parts(raw).filter(|part| !part.contains(['@', '/', ':']));
    let names = parts.map(|part| {
        let slug = slug(part);
        let words = slug.split('-').filter(|word| !GENERIC.contains(word));
        words.map(str::to_owned).collect()
    });
    names
        .filter(|words: &Vec<String>| !words.is_empty())
        .collect()
}

fn is_same(name: &[String], spelling: &[String]) -> bool {
    name == spelling
        || matches!((name, spelling), ([short], [long]) if numeronym(long).as_ref() == Some(short))
}

fn is_longer(name: &[String], spelling: &[String]) -> bool {
    let initials = || spelling.iter().filter_map(|word| word.chars().next());
    spelling.windows(name.len()).any(|words| words == name)
        || matches!(name, [name] if spelling.len() > 1 && name.chars().eq(initials()))
}

/// Returns the abbreviation of a word that has a number instead of the inner letters, such as `k8s`.
fn numeronym(word: &str) -> Option<String> {
    /// Shorter words are not abbreviated.
    const SHORTEST: usize = 4;
    let length = word.chars().count();
    let (first, last) = (word.chars().next()?, word.chars().next_back()?);
    (length >= SHORTEST).then(|| format!("{first}{}{last}", length - 2))
}
