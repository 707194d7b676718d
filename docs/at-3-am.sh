#!/usr/bin/env bash
# What needs a person now: alarms, incidents that paged nobody, tokens, alerts that wait, both queues, and notify.
#
#   docs/at-3-am.sh STACK [WORKSPACE]
#
# Needs bash, jq, the AWS CLI (1 or 2), and the account and region of the stack; with AWS_ENDPOINT_URL it asks that endpoint,
# such as the local cloud; with PAGING_TABLES, what "terraform output -json tables" says, it finds a stack that Terraform has
# deployed. It changes nothing and receives no message. It reads the whole ledger, also to show one WORKSPACE: half a
# read unit for each 4 KB.
#
# Ends with 0 if nothing needs a person, 1 if something does, 2 if something could not be read.
set -uo pipefail

if (($# < 1 || $# > 2)); then
  sed -n 's/^#   /Usage: /p' "$0" >&2
  exit 2
fi
for tool in aws jq; do
  command -v "$tool" >/dev/null || { echo "This needs $tool, and there is none here." >&2; exit 2; }
done
stack=$1
workspace=${2:-}
needs_person=0
unread=0
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT

# The CLI 1 does not take AWS_ENDPOINT_URL for SQS: --endpoint-url reaches all services of both.
aws() { command aws ${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"} --output json --no-cli-pager "$@" 2>"$errors"; }
if [[ $(command aws --version 2>&1) == aws-cli/1.* ]]; then
  aws() { command aws ${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"} --output json "$@" 2>"$errors"; }
fi

title() { printf '\n%s\n' "$1"; }
found() { needs_person=1; sed 's/^/  ! /'; }
fine() { printf '    %s\n' "$1"; }
could_not_read() {
  unread=1
  printf '  ? could not be read: %s\n' "$(grep -v '^$' "$errors" | tail -1)"
}

# The name of a table, the URL of a queue.
resource() {
  if [[ -n ${PAGING_TABLES:-} ]]; then
    jq -er --arg name "$1" '.[$name]' <<<"$PAGING_TABLES" 2>"$errors"
    return
  fi
  aws cloudformation describe-stack-resource --stack-name "$stack" --logical-resource-id "$1" |
    jq -er .StackResourceDetail.PhysicalResourceId
}

# Prints what is in $1, or that there is nothing.
tell() {
  if [[ -n $1 ]]; then found <<<"$1"; else fine "$2"; fi
}

alarms() {
  title 'Alarms that ring'
  local answer
  if ! answer=$(aws cloudwatch describe-alarms --alarm-name-prefix "$stack-" --state-value ALARM); then
    # The local cloud has none to ask for.
    if grep -q UnsupportedOperation "$errors"; then fine "none here: $(grep -o 'The local cloud has no.*' "$errors")"; else could_not_read; fi
    return
  fi
  tell "$(jq -r '.MetricAlarms[] | "\(.AlarmName) since \(.StateUpdatedTimestamp): \(.AlarmDescription // "")"' <<<"$answer")" none
}

# What of the ledger a person may have to act on.
ledger() {
  local table answer filter names values
  filter='(outcome = :waiting OR (attribute_exists(incidentOpen) AND attribute_exists(pagedNobody)))'
  values=$(jq -n --arg w "$workspace" '{":waiting":{S:"WAITING"}} + if $w == "" then {} else {":w":{S:$w}} end')
  [[ -n $workspace ]] && filter+=' AND workspaceId = :w'
  names='workspaceId, ruleId, alertId, outcome, reasonCode, reason, waitingSince, nextAttemptAt, incidentUrl, pagedNobody'
  if table=$(resource Deliveries) && answer=$(
    aws dynamodb scan --table-name "$table" --filter-expression "$filter" --projection-expression "$names" \
      --expression-attribute-values "$values"
  ); then
    title 'Incidents that paged nobody and are open: take them'
    tell "$(jq -r '.Items[] | select(.pagedNobody) | "\(.incidentUrl.S)  \(.workspaceId.S) \(.ruleId.S) \(.alertId.S)"' <<<"$answer")" none
    # Those that share the incident of their rule are counted, and not the rule's own item.
    title 'Alerts that wait, by reason (PACED, RATE_LIMITED, OUTAGE: nobody need act)'
    jq -r '
      [.Items[] | select(.outcome.S == "WAITING" and .alertId.S != null and .alertId.S != "")]
      | group_by([.reasonCode.S, .workspaceId.S]) | sort_by(-length)[]
      | (min_by(.waitingSince.S)) as $oldest
      | "\(if (.[0].reasonCode.S | IN("TOKEN", "NOT_INSTALLED", "NOT_PAGEABLE", "FORBIDDEN", "BUG")) then "!" else " " end)"
        + " \(length) \(.[0].reasonCode.S), workspace \(.[0].workspaceId.S), since \($oldest.waitingSince.S),"
        + " next try \(map(.nextAttemptAt.S // "?") | min)\n      such as \($oldest.ruleId.S) \($oldest.alertId.S): \($oldest.reason.S // "")"
    ' <<<"$answer" >"$errors.waiting"
    if [[ -s $errors.waiting ]]; then
      grep -q '^!' "$errors.waiting" && needs_person=1
      sed 's/^/  /' "$errors.waiting"
    else
      fine none
    fi
    rm -f "$errors.waiting"
  else
    title 'Incidents that paged nobody, and alerts that wait'
    could_not_read
  fi
}

tokens() {
  title 'Workspaces that need a fresh token: run install'
  local table answer
  if table=$(resource Installations) && answer=$(
    aws dynamodb scan --table-name "$table" --filter-expression '#status = :reauth' \
      --expression-attribute-names '{"#status":"status"}' --expression-attribute-values '{":reauth":{"S":"REAUTH_REQUIRED"}}'
  ); then
    tell "$(jq -r '.Items[] | "\(.workspaceId.S) since \(.since.S), user \(.userEmail.S): \(.reason.S // "")"' <<<"$answer")" none
  else
    could_not_read
  fi
}

# Messages of a queue: to be received, hidden, delayed.
counts() {
  local url
  url=$(resource "$1") && aws sqs get-queue-attributes --queue-url "$url" --attribute-names ApproximateNumberOfMessages \
    ApproximateNumberOfMessagesNotVisible ApproximateNumberOfMessagesDelayed |
    jq -er '.Attributes | "\(.ApproximateNumberOfMessages) \(.ApproximateNumberOfMessagesNotVisible) \(.ApproximateNumberOfMessagesDelayed)"'
}

queues() {
  local numbers visible hidden delayed
  title 'Alert queue'
  if numbers=$(counts AlertQueue); then
    read -r visible hidden delayed <<<"$numbers"
    fine "$visible to be received, $hidden being handled or hidden until their next try, $delayed delayed"
  else
    could_not_read
  fi
  title 'Dead-letter queue'
  if numbers=$(counts DeadLetterQueue); then
    read -r visible hidden delayed <<<"$numbers"
    local text="$visible to be looked at, $hidden just received by somebody, $delayed delayed (15 minutes at most)"
    if ((visible + hidden + delayed)); then found <<<"$text"; else fine "$text"; fi
  else
    could_not_read
  fi
}

notify() {
  title 'notify'
  local answer
  if answer=$(aws lambda list-event-source-mappings --function-name "$stack-notify"); then
    while IFS=$'\t' read -r state reason uuid; do
      case $state in
        Enabled | Enabling | Updating) fine "event source $state" ;;
        none) found <<<'has no event source: nothing is received' ;;
        *) found <<<"event source $state ($reason), uuid $uuid: nothing is received" ;;
      esac
    done < <(jq -r 'if .EventSourceMappings == [] then ["none"] else (.EventSourceMappings[] | [.State, .StateTransitionReason // "", .UUID]) end | @tsv' <<<"$answer")
  else
    could_not_read
  fi
  if answer=$(aws lambda get-function-concurrency --function-name "$stack-notify"); then
    case $(jq -r '.ReservedConcurrentExecutions // "none"' <<<"${answer:-null}") in
      none) fine 'concurrency not limited' ;;
      0) found <<<'switched off: its reserved concurrency is 0' ;;
      *) fine "concurrency limited to $(jq .ReservedConcurrentExecutions <<<"$answer")" ;;
    esac
  else
    could_not_read
  fi
}

printf 'Stack %s%s, %s\n' "$stack" "${workspace:+, ledger of workspace $workspace}" "$(date -u +%FT%TZ)"
alarms
ledger
tokens
queues
notify
printf '\n'
if ((unread)); then
  echo 'Something could not be read (?).'
  exit 2
elif ((needs_person)); then
  echo 'Something needs a person (!). Why one alert paged or not: the function explain. What to do: docs/operations.md, "At 3 a.m."'
  exit 1
fi
echo 'Nothing needs a person.'
