#!/usr/bin/env bash
# Looks for drift, for a schedule: an issue that is opened, updated in place and closed, or findings for
# code scanning. The job fails only if live state could not be read; drift is a finding, not a broken job.
# shellcheck disable=SC2016 # the backquotes are Markdown
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

mapfile -t paths < <(lines "${INPUT_PATHS:-}")
mapfile -t args < <(lines "${INPUT_ARGS:-}")
environment=()
if [ -n "${INPUT_ENVIRONMENT:-}" ]; then environment=(--environment "$INPUT_ENVIRONMENT"); fi
run="${GITHUB_SERVER_URL:-https://github.com}/$GITHUB_REPOSITORY/actions/runs/${GITHUB_RUN_ID:-}"
report=${INPUT_REPORT:-issue}
rm -f "$work"/drift.*

code=0
"$LINKWRIGHT" drift "${environment[@]}" "${args[@]}" --output sarif --markdown-out "$work/drift.md" -- "${paths[@]}" \
    >"$work/drift.sarif" 2>"$work/drift.err" || code=$?
show "$work/drift.err" >&2
output exit_code "$code"
case "$code" in
0 | 2) output drift "$([ "$code" = 2 ] && echo true || echo false)" ;;
# What could not be read is not "no drift": an open issue stays open.
*) fail 'Drift could not be looked for' "$(tail -c 2000 "$work/drift.err")" "$code" ;;
esac
show "$work/drift.md"

tell_issue() {
    local marker="<!-- linkwright:$INPUT_NAME:drift" label=linkwright-drift issue number
    issue=$(every "/repos/$GITHUB_REPOSITORY/issues?state=open&labels=$label" |
        jq --arg marker "$marker" --arg author "${INPUT_COMMENT_AUTHOR:-github-actions[bot]}" \
            'map(select(.user.login == $author and ((.body // "") | startswith($marker)))) | first // empty')
    number=$(jq -r '.number // empty' <<<"$issue")
    {
        printf '%s -->\n' "$marker"
        cat "$work/drift.md"
        printf '\n---\nSpec `%s`, [newest run](%s)\n' "$INPUT_NAME" "$run"
    } >"$work/issue.md"
    if [ "$code" = 0 ]; then
        if [ -z "$number" ]; then return; fi
        jq -Rs '{body: ., state: "closed", state_reason: "completed"}' <"$work/issue.md" >"$work/issue.json"
        api PATCH "/repos/$GITHUB_REPOSITORY/issues/$number" "$work/issue.json" >/dev/null
        printf 'closed issue #%s: the drift is gone\n' "$number"
    elif [ -n "$number" ]; then
        jq -Rs '{body: .}' <"$work/issue.md" >"$work/issue.json"
        api PATCH "/repos/$GITHUB_REPOSITORY/issues/$number" "$work/issue.json" >/dev/null
        printf 'updated issue #%s\n' "$number"
    else
        jq -Rs --arg title "Cluster Linking has drifted from the spec ($INPUT_NAME)" --arg sign "$label" \
            '{title: $title, body: ., labels: [$sign]}' <"$work/issue.md" >"$work/issue.json"
        number=$(api POST "/repos/$GITHUB_REPOSITORY/issues" "$work/issue.json" | jq -r .number)
        printf 'opened issue #%s\n' "$number"
    fi
}

tell_code_scanning() {
    gzip -n -c "$work/drift.sarif" | base64 -w 0 |
        jq -Rs --arg sha "$GITHUB_SHA" --arg ref "$GITHUB_REF" '{commit_sha: $sha, ref: $ref, sarif: .}' >"$work/sarif.json"
    api POST "/repos/$GITHUB_REPOSITORY/code-scanning/sarifs" "$work/sarif.json" >/dev/null
    echo 'handed the findings to code scanning'
}

case "$report" in
issue) tell_issue ;;
sarif) tell_code_scanning ;;
none) ;;
*) fail 'Linkwright' "the input \"report\" is \"$report\"; it must be issue, sarif or none" 64 ;;
esac
