#!/bin/sh
# await-answers SECONDS COMMAND...
# Waits while a request of an order is out, for SECONDS at the most, and succeeds in any case. COMMAND prints what
# `replenish-agent status --json` does. No order hangs on this: each is journalled before it is sent. What is cut off is in
# doubt until the next start has asked again, and that is what this spares.
seconds=$1
shift
timeout "$seconds" sh -c '
  while "$@" 2> /dev/null | grep -q "^  \"waitingForAnswer\": \[$"; do sleep 0.5; done
' sh "$@" || true
exit 0
