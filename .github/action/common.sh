# shellcheck shell=bash
# What the steps of the action share: GitHub's API, outputs, and words for people. Sourced, not run.
set -euo pipefail
shopt -s inherit_errexit

: "${GITHUB_API_URL:=https://api.github.com}"
: "${INPUT_NAME:=default}"
: "${LINKWRIGHT:=linkwright}"
# The name is used in comments, artefact names and file names.
if [[ ! $INPUT_NAME =~ ^[A-Za-z0-9._-]{1,40}$ ]]; then
    printf '::error title=Linkwright::the input "name" must be 1 to 40 of A-Z a-z 0-9 . _ -\n' >&2
    exit 64
fi

work="${RUNNER_TEMP:-${TMPDIR:-/tmp}}/linkwright-$INPUT_NAME"
mkdir -p "$work"

# fail TITLE WORDS [CODE]: ends the step with an annotation that people see on the run's page.
fail() {
    printf '::error title=%s::%s\n' "$1" "$(annotation "$2")" >&2
    exit "${3:-1}"
}

# warn TITLE WORDS: an annotation that people see on the run's page.
warn() { printf '::warning title=%s::%s\n' "$1" "$(annotation "$2")" >&2; }

# An annotation is one line; GitHub reads %25, %0D and %0A in it.
annotation() {
    local text=$1
    text=${text//'%'/%25}
    text=${text//$'\r'/%0D}
    printf '%s' "${text//$'\n'/%0A}"
}

# show FILE: a file for people in the job's log. GitHub's runner obeys `::` at the start of a line and `##[`
# anywhere; names and messages of others must not be commands.
show() { sed -E -e 's/^([[:space:]]*):+:/\1: :/' -e 's/##\[/## [/g' "$1"; }

# output NAME VALUE: an output of the step.
output() { printf '%s=%s\n' "$1" "${2//[$'\n\r']/ }" >>"${GITHUB_OUTPUT:-/dev/null}"; }

# summary: copies standard input to the run's page.
summary() { cat >>"${GITHUB_STEP_SUMMARY:-/dev/null}"; }

# lines TEXT: the lines of an input that are not empty, without the space around them. Nothing in them
# is ever expanded.
lines() { sed -e 's/^[[:space:]]*//' -e 's/[[:space:]]*$//' -e '/^$/d' <<<"$1"; }

# api METHOD PATH [FILE]: one call of GitHub's API with FILE as its body; prints the answer. Only
# reads are tried again: a write that seemed to fail may have been done.
api() {
    local method=$1 path=$2 options=() answer
    answer=$(mktemp "$work/answer.XXXXXX")
    if [ "$method" = GET ]; then options+=(--retry 3 --location); else options+=(--request "$method"); fi
    if [ $# -gt 2 ]; then options+=(--header 'Content-Type: application/json' --data-binary "@$3"); fi
    # The token comes through a pipe, so that no list of processes shows it.
    if ! curl --silent --show-error --fail-with-body --max-time 60 --output "$answer" "${options[@]}" \
        --header @<(printf 'Authorization: Bearer %s\n' "$INPUT_TOKEN") \
        --header 'Accept: application/vnd.github+json' --header 'X-GitHub-Api-Version: 2022-11-28' \
        "$GITHUB_API_URL$path"; then
        fail "GitHub's API" "$method $path failed: $(jq -r '.message // "no message"' "$answer" 2>/dev/null || echo 'no answer')"
    fi
    cat "$answer"
    rm -f "$answer"
}

# every PATH: all pages of a list, as one JSON array.
every() {
    local page=1 rows joined='[]' separator='?'
    [[ $1 != *\?* ]] || separator='&'
    while :; do
        rows=$(api GET "$1${separator}per_page=100&page=$page")
        joined=$(jq -s 'add' <(printf '%s' "$joined") <(printf '%s' "$rows"))
        if [ "$(jq length <<<"$rows")" -lt 100 ]; then break; fi
        page=$((page + 1))
    done
    printf '%s' "$joined"
}

# comment PULL KIND FILE: one comment of a kind on a pull request, updated in place. Only this
# action's own comments count, whatever others write.
comment() {
    local pull=$1 id body
    id=$(own_comment "$pull" "$2" | jq -r '.id // empty')
    body=$work/comment.json
    jq -Rs '{body: .}' <"$3" >"$body"
    if [ -n "$id" ]; then
        api PATCH "/repos/$GITHUB_REPOSITORY/issues/comments/$id" "$body" >/dev/null
    else
        api POST "/repos/$GITHUB_REPOSITORY/issues/$pull/comments" "$body" >/dev/null
    fi
}

# own_comment PULL KIND: this action's comment of a kind, as JSON; nothing when there is none.
own_comment() {
    every "/repos/$GITHUB_REPOSITORY/issues/$1/comments" |
        jq --arg marker "<!-- linkwright:$INPUT_NAME:$2" --arg author "${INPUT_COMMENT_AUTHOR:-github-actions[bot]}" \
            'map(select(.user.login == $author and (.body | startswith($marker)))) | first // empty'
}

# fenced FILE: the end of a file, as a block in Markdown whose fence nothing in the file can close.
fenced() {
    local fence='```'
    while grep -qF "$fence" "$1"; do fence+='`'; done
    printf '%stext\n' "$fence"
    tail -c 40000 "$1"
    printf '\n%s\n' "$fence"
}
