# Installs programs that the scripts in this directory run. A script sources this file in the root of the project.
#
# Each version is installed once, into a cache directory: `OWNLINT_CI_CACHE` names another one.

cache=${OWNLINT_CI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ownlint-ci}
mkdir -p "$cache/bin"

# Prints the directory of an environment with packages from PyPI, such as `zizmor==1.32.0`.
python_environment() {
    local directory
    directory=$cache/python-$(printf '%s\n' "$@" | sha256sum | head -c 16)
    if [[ ! -e $directory/complete ]]; then
        rm -rf "$directory"
        python3 -m venv "$directory"
        "$directory/bin/pip" install --quiet --disable-pip-version-check "$@" >&2
        touch "$directory/complete"
    fi
    printf '%s\n' "$directory"
}

# Prints the path of a program of a Go module: its name, its package and its version.
go_program() {
    local name=$1 package=$2 version=$3
    if [[ ! -x $cache/bin/$name-$version ]]; then
        # As a tool of a module, so that the versions of its dependencies are the ones that it asks for.
        mkdir -p "$cache/go/$name-$version"
        (
            cd "$cache/go/$name-$version"
            [[ -e go.mod ]] || go mod init tool
            go get -tool "$package@$version"
            GOBIN="$cache/bin" go install "$package"
        ) >&2
        mv "$cache/bin/$name" "$cache/bin/$name-$version"
    fi
    printf '%s\n' "$cache/bin/$name-$version"
}

# Prints the path of a program of a package from npm: the name of both, and the version.
npm_program() {
    local name=$1 version=$2 directory=$cache/npm-$1-$2
    if [[ ! -e $directory/complete ]]; then
        rm -rf "$directory"
        npm install --prefix "$directory" --silent --no-audit --no-fund --ignore-scripts "$name@$version" >&2
        touch "$directory/complete"
    fi
    printf '%s\n' "$directory/node_modules/.bin/$name"
}

# Builds ownlint and prints the path of the program.
build_ownlint() {
    local target
    cargo build --locked --quiet
    target=$(cargo metadata --locked --no-deps --format-version 1 |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
    printf '%s\n' "$target/debug/ownlint"
}
