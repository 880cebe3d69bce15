#!/usr/bin/env bash
# After a merge: finds the plan that the merged pull request was approved with, and nothing else.
# The commit's pull request → the digest in this action's own comment → the artefact that a run of this
# very repository kept for the same commit. Whatever does not fit ends the job before anything is done.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

again='Open a pull request with the change (a rebase will do) to have a new plan made and approved.'
repository="/repos/$GITHUB_REPOSITORY"
rm -f "$work"/approved.*

pull=$(api GET "$repository/commits/$GITHUB_SHA/pulls" |
    jq --arg sha "$GITHUB_SHA" 'map(select(.merged_at != null and .merge_commit_sha == $sha)) | first // empty')
if [ -z "$pull" ]; then
    fail 'No approved plan' "Commit $GITHUB_SHA was not merged from a pull request, so no plan was approved for it. $again" 4
fi
number=$(jq -r .number <<<"$pull")
head=$(jq -r .head.sha <<<"$pull")
output pull "$number"

line=$(own_comment "$number" plan | jq -r '.body // empty' | head -n 1 || true)
if [[ ! $line =~ \ digest=([0-9a-f]{64}|none)\ head=([0-9a-f]{40,64})\  ]]; then
    fail 'No approved plan' "Pull request #$number has no comment with a plan for \"$INPUT_NAME\". $again" 4
fi
digest=${BASH_REMATCH[1]} planned=${BASH_REMATCH[2]}
if [ "$digest" = none ]; then
    fail 'No approved plan' "No plan could be made for pull request #$number before it was merged. $again" 4
fi
if [ "$planned" != "$head" ]; then
    fail 'No approved plan' "The plan on pull request #$number is of commit $planned, and $head was merged. $again" 4
fi

# A fork's run may keep artefacts too; only those of this repository's own branches count.
artifact=$(api GET "$repository/actions/artifacts?name=linkwright-plan-$INPUT_NAME-$number&per_page=100" |
    jq --arg head "$head" '.artifacts | map(select(.expired == false and .workflow_run.head_sha == $head
        and .workflow_run.head_repository_id == .workflow_run.repository_id)) | max_by(.created_at) // empty')
if [ -z "$artifact" ]; then
    fail 'No approved plan' "The plan of pull request #$number is not kept any more. $again" 4
fi
api GET "$repository/actions/artifacts/$(jq -r .id <<<"$artifact")/zip" >"$work/approved.zip"
unzip -p "$work/approved.zip" plan.json >"$work/approved.json"
kept=$(jq -er .digest "$work/approved.json")
if [ "$kept" != "$digest" ]; then
    fail 'No approved plan' "The kept plan ($kept) is not the one that pull request #$number shows ($digest). $again" 4
fi
output plan_file "$work/approved.json"
printf 'plan %s of pull request #%s, as it was approved\n' "${digest:0:12}" "$number"
