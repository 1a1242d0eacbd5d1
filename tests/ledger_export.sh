#!/usr/bin/env bash
# The journal as hledger, ledger and beancount read it: each must take the export without a complaint, and its balances must
# be the trial balance that the program itself reports, to the cent. Runs in an empty folder; KONTOR names the program.
set -euo pipefail

for tool in hledger ledger bean-check bean-query python3 curl; do
    command -v $tool >/dev/null || { echo "$tool is missing: install the packages hledger, ledger, beancount, curl" >&2; exit 1; }
done

"$KONTOR" demo --data house >demo.log
"$KONTOR" user add auditor-of-exports --role auditor --data house >user.log
key=$("$KONTOR" key add --user auditor-of-exports --data house)
for format in hledger ledger beancount csv; do
    "$KONTOR" export journal --format $format --data house >journal.$format
done

port=$((20000 + RANDOM % 20000))
"$KONTOR" serve --data house --listen 127.0.0.1:$port >serve.log 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null || true' EXIT
address=http://127.0.0.1:$port
for _ in $(seq 100); do
    curl -fsS "$address/readyz" >/dev/null 2>&1 && break
    sleep 0.1
done
# The demo house's entries end before the year does.
curl -fsS -H "Authorization: Bearer $key" "$address/api/v1/reports/trial_balance?as_of=2099-12-31&limit=1000" >trial.json

hledger -f journal.hledger check --strict
hledger -f journal.hledger balance -N --flat --empty -O csv >hledger.csv
ledger -f journal.ledger --pedantic balance --flat --no-total --empty \
    --format '%(account)|%(quantity(scrub(display_total)))\n' >ledger.txt
bean-check journal.beancount
bean-query -f csv journal.beancount "SELECT account, sum(number) AS total GROUP BY account" >beancount.csv

cat >compare.py <<'END'
import csv, json, sys
from decimal import Decimal

trial = {i["code"]: Decimal(i["balance"]) for i in json.load(open("trial.json"))["items"]}
assert len(trial) > 10, "a demo house has more accounts than that"
assert Decimal(json.load(open("trial.json"))["tie_out"]["difference"]) == 0

def number(account):
    return account.split(":", 1)[1].replace("--", ".").split(" ")[0].split("-")[0]

def from_hledger():
    for account, amount in list(csv.reader(open("hledger.csv")))[1:]:
        yield number(account), Decimal(amount.split(" ")[0])

def from_ledger():
    for line in open("ledger.txt"):
        account, amount = line.rstrip("\n").rsplit("|", 1)
        yield number(account), Decimal(amount)

def from_beancount():
    for account, amount in list(csv.reader(open("beancount.csv")))[1:]:
        yield number(account.strip()), Decimal(amount.strip())

def from_csv():
    for row in csv.DictReader(open("journal.csv")):
        yield row["account"], Decimal(row["debit"] or 0) - Decimal(row["credit"] or 0)

wrong = 0
for name, rows in [("hledger", from_hledger()), ("ledger", from_ledger()), ("beancount", from_beancount()), ("csv", from_csv())]:
    sums = {}
    for account, amount in rows:
        sums[account] = sums.get(account, Decimal(0)) + amount
    for account in sorted(set(sums) | set(trial)):
        if sums.get(account, Decimal(0)) != trial.get(account, Decimal(0)):
            print(f"{name}: account {account} is {sums.get(account)}, the trial balance says {trial.get(account)}")
            wrong += 1
    print(f"{name}: {len(sums)} accounts, {'equal' if not wrong else 'different'}")
sys.exit(1 if wrong else 0)
END
python3 compare.py
