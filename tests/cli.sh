#!/usr/bin/env bash
# The command line from outside, with the real program: a company is made, sells over HTTP, is proven, backed up,
# restored into either kind of store, and stops in order. Exit codes: 0 done, 1 no, 2 wrong usage.
# KONTOR: the program. KONTOR_TEST_PG: a PostgreSQL server (script/with-postgres).
set -euo pipefail
kontor=${KONTOR:?the program to test}
work=$PWD/cli
rm -rf "$work"
mkdir "$work"
cd "$work"
unset KONTOR_DB KONTOR_LISTEN
server=
end() {
    [ -z "$server" ] || kill -KILL "$server" 2>/dev/null || true
}
trap end EXIT

fail() {
    echo "tests/cli.sh:${BASH_LINENO[1]}: $*" >&2
    cat ./*.err server.log 2>/dev/null | tail -n 20 >&2 || true
    exit 1
}

# run CODE ARGUMENTS...: runs the program; its output is in out and err.
run() {
    local wanted=$1 code=0
    shift
    "$kontor" "$@" >out 2>err </dev/null || code=$?
    [ "$code" = "$wanted" ] || fail "kontor $* answered $code, not $wanted: $(cat out err)"
}
has() { grep -q -- "$1" "$2" || fail "$2 lacks \"$1\": $(head -c 2000 "$2")"; }
lacks() { ! grep -q -- "$1" "$2" || fail "$2 has \"$1\": $(head -c 2000 "$2")"; }
same() { [ "$1" = "$2" ] || fail "\"$1\" is not \"$2\""; }

# Waits for the address that the server prints, and sets `at`.
start() {
    : >server.out # what the one before said must not be read
    "$kontor" serve --listen 127.0.0.1:0 "$@" >server.out 2>server.log </dev/null &
    server=$!
    for _ in $(seq 200); do
        at=$(sed -n 's/^Kontor .* at \(http[^ ]*\)\/$/\1/p' server.out)
        [ -z "$at" ] || return 0
        kill -0 "$server" 2>/dev/null || fail "the server ended: $(cat server.log)"
        sleep 0.05
    done
    fail "the server does not say where it is"
}
stop() {
    local code=0
    kill -TERM "$server"
    wait "$server" || code=$?
    server=
    same "$code" 0
    has '"message":"stopped"' server.log
}

# call CODE METHOD PATH [BODY]: asks the server with the key.
call() {
    local code
    code=$(curl -s -o answer -w '%{http_code}' -X "$2" -H "Authorization: Bearer $key" -H 'Content-Type: application/json' \
        ${4+-d "$4"} "$at/api/v1$3") || fail "$2 $3: curl answered $?"
    [ "$code" = "$1" ] || fail "$2 $3 answered $code, not $1: $(cat answer)"
}

# --- Wrong usage

run 2
has 'kontor serve' err
run 0 help
has 'kontor restore FILE' out
run 0 --version
run 2 nonsense
run 2 user
run 2 serve --nonsense
run 2 serve --listen nowhere
run 2 serve --listen 127.0.0.1:99999
run 2 serve surplus
run 2 serve --listen
run 2 serve --tls-cert x.pem
run 2 init --company X
run 2 init --company
run 2 verify --json=yes
run 2 verify --data a --db sqlite:b
run 2 schema
run 2 schema --sql oracle
run 2 schema --pot --openapi
run 2 backup
run 2 user add
run 2 key add
run 0 init --help
has '--currency CUR' out
run 1 serve
has 'no house' err
run 1 verify
run 1 user add ana --role cashier
run 2 init --company X --country ES --currency EUR --config missing.toml

# --- Settings

echo 'nonsense' >kontor.toml
run 2 verify
has 'kontor.toml, line 1' err
printf '# where\ndata = "./from-toml" # here\n\nlisten = "127.0.0.1:0"\n' >kontor.toml
run 0 init --company 'Tea & Co' --country ES --currency EUR
[ -f from-toml/kontor.db ] || fail "kontor.toml does not count"
same "$(stat -c %a from-toml/kontor.db)" 600
KONTOR_DB=sqlite:other.db run 1 verify
has 'other.db' err
rm -r kontor.toml from-toml

# --- A company

run 1 init --company X --country XX --currency EUR
run 1 init --company X --country ES --currency XXX
run 0 init --company 'Tea & Co' --country es --currency eur
has 'administrator admin' out
same "$(stat -c %a kontor-data/sign-in.txt)" 600
password=$(sed -n 's/^Password: *//p' kontor-data/sign-in.txt)
has "$password" out
run 1 init --company 'Tea & Co' --country ES --currency EUR
has 'already' err
run 0 verify
has 'invariants hold' out
run 1 user add admin --role cashier
run 1 user add ben --role emperor
run 1 user add ben --role cashier --site NOWHERE
run 0 user add ana --role cashier,stock_clerk --site S1
same "$(wc -l <out)" 1
ana=$(cat out)
run 1 key add --user nobody
run 1 key add --user ana --role admin
run 0 key add --user admin --role cashier
run 0 key add --user admin
same "$(wc -l <out)" 1
key=$(cat out)
lacks "$key" err

# --- A day, while other commands run beside the server

start
run 1 serve --listen "${at#http://}"
has 'in use' err
call 200 GET /session
call 201 POST /products '{"code":"TEA","name":"Green tea","unit":"pc","price":"10.00","tax":"IVA-REDUCIDO"}'
call 201 POST /stock_moves/receive '{"site":"S1","lines":[{"product":"TEA","quantity":"10","unit_cost":"4.00"}]}'
call 200 GET '/tills?fields=id'
till=$(sed -n 's/.*"id":\([0-9]*\).*/\1/p' answer)
call 200 POST "/tills/$till/open" '{"float":"50.00"}'
sale='{"till":"T1","lines":[{"product":"TEA","quantity":"2"}],"tenders":[{"kind":"cash","amount":"20.00"}]}'
call 201 POST /sales_orders/checkout "$sale"
has '"total":"20.00"' answer
run 0 verify
run 0 verify --json
has '"ok":true' out
run 0 user add eve --role auditor
run 0 key add --user eve
eve=$(cat out)
call 201 POST /sales_orders/checkout "$sale"
code=$(curl -s -o answer -w '%{http_code}' -H "Authorization: Bearer $eve" "$at/api/v1/sales_orders?count=1")
same "$code" 200
has '"total":2' answer

# --- Signing in

code=$(curl -s -o answer -c jar -w '%{http_code}' -H 'Content-Type: application/json' \
    -d "{\"name\":\"admin\",\"password\":\"$password\"}" "$at/api/v1/session")
same "$code" 200
token=$(sed -n 's/.*"form_token":"\([^"]*\)".*/\1/p' answer)
has '#HttpOnly_' jar
code=$(curl -s -o answer -b jar -w '%{http_code}' -X POST -H 'Content-Type: application/json' -d "$sale" \
    "$at/api/v1/sales_orders/checkout")
same "$code" 403
has form_token answer
code=$(curl -s -o answer -b jar -w '%{http_code}' -X POST -H 'Content-Type: application/json' -H "X-Form-Token: $token" \
    -d "$sale" "$at/api/v1/sales_orders/checkout")
same "$code" 201
code=$(curl -s -o answer -b jar -w '%{http_code}' -X DELETE -H "X-Form-Token: $token" "$at/api/v1/session")
same "$code" 204
code=$(curl -s -o answer -b jar -w '%{http_code}' "$at/api/v1/session")
same "$code" 401
code=$(curl -s -o answer -w '%{http_code}' -H 'Content-Type: application/json' \
    -d '{"name":"admin","password":"wrong"}' "$at/api/v1/session")
same "$code" 401
has sign_in_failed answer
code=$(curl -s -o answer -w '%{http_code}' -H 'Content-Type: application/json' \
    -d "{\"name\":\"ana\",\"password\":\"$ana\"}" "$at/api/v1/session")
same "$code" 200
has '"roles":\["cashier","stock_clerk"\]' answer

# --- CSV in and out

printf 'code;name;kind;is_customer\nC1;Ana;person;yes\nC2;Bo;nokind;yes\nC3;"=Cy";person;yes\n' >people.csv
run 1 import parties people.csv --dry-run
has '2 would be new' out
call 200 GET '/parties?count=1'
has '"total":0' answer
run 1 import parties people.csv
has '2 new, 0 changed, 0 already so, 1 rejected' out
has 'nokind' people.csv.rejected.csv
sed -i 's/nokind/person/' people.csv
run 0 import parties people.csv
has '1 new, 0 changed, 2 already so, 0 rejected' out
[ ! -e people.csv.rejected.csv ] || fail "the list of rejected rows is still there"
run 0 import parties people.csv
has '0 new, 0 changed, 3 already so' out
printf 'Nr,Full name\nC1,Ana Two\nC4,Dee\n' >foreign.csv
run 1 import parties foreign.csv
has 'use a mapping file' err
printf '# theirs to ours\ncode = Nr\nname = Full name\nkind = "person"\nis_customer = "yes"\n' >foreign.map
run 0 import parties foreign.csv --map foreign.map
has '1 new, 1 changed' out
run 0 export parties
cp out parties.csv
has "'=Cy" parties.csv
has 'Ana Two' parties.csv
run 0 import parties parties.csv
has '0 new, 0 changed, 4 already so' out
printf 'event,title,role\nsales_order.placed,Call back,sales\nsales_order.placed,Call back,sales\n' >rules.csv
run 0 import handover_rules rules.csv
has '2 new' out
run 0 import handover_rules rules.csv
has '0 new, 0 changed, 2 already so' out
run 1 import sessions people.csv
has 'made by commands' err
run 2 import nothing people.csv
run 2 import parties
run 1 import parties missing.csv
run 2 export nothing
run 2 export journal --from yesterday
run 1 export journal --format paper
run 0 export journal --format hledger
has 'Assets:1000 ' out
run 0 export sales_orders
same "$(wc -l <out)" 4
run 0 export user_accounts
lacks argon2 out
lacks password out

# An import that is told to stop leaves what is done, and goes on when it is run again.
{ echo code,name,kind,is_customer && seq -f 'M%.0f,Many,person,yes' 5000; } >many.csv
"$kontor" import parties many.csv >out 2>err &
importer=$!
sleep 0.2
kill -TERM $importer
wait $importer || true
run 0 import parties many.csv
has '0 changed' out
run 0 import parties many.csv
has '0 new, 0 changed, 5000 already so' out

# --- The whole house as a file, and back into either kind of store

run 0 backup house.db
has 'invariants hold' out
same "$(stat -c %a house.db)" 600
[ ! -e house.db-wal ] || fail "the backup is not one file"
run 1 backup house.db
run 0 upgrade
has 'up to date' out
run 0 upgrade --rehearse
has 'the same before and after' out
[ -z "$(find . -name '*rehearsal*')" ] || fail "the rehearsal left its copy"
call 201 POST /sales_orders/checkout "$sale"
stop
run 0 restore house.db --data second
has 'invariants hold' out
run 1 restore house.db --data second
has 'not empty' err
run 1 restore nothing.db --data third
run 0 export journal --format csv
cp out first.journal
run 0 export journal --format csv --data second
cp out second.journal
[ "$(wc -l <first.journal)" -gt "$(wc -l <second.journal)" ] || fail "the sale after the backup is not missing"
head -n "$(wc -l <second.journal)" first.journal | cmp - second.journal || fail "the journals differ"

psql -q "$KONTOR_TEST_PG" -c 'DROP DATABASE IF EXISTS kontor_cli WITH (FORCE)' -c 'CREATE DATABASE kontor_cli' 2>/dev/null
pg=$(echo "$KONTOR_TEST_PG" | sed 's|^\(postgresql://[^/]*/\)[^?]*|\1kontor_cli|')
run 1 verify --db "$pg"
has 'no company' err
run 0 restore house.db --db "$pg"
[ "$(psql -At "$pg" -c "SELECT COUNT(*) > 0 FROM pg_stats WHERE tablename = 'sales_orders'")" = t ] ||
    fail "PostgreSQL knows nothing of the rows"
run 1 restore house.db --db "$pg"
export KONTOR_DB=$pg
run 0 verify
# A store of an older program: the index that another took the place of goes.
psql -q "$pg" -c 'DROP INDEX sales_orders_customer_at' -c 'CREATE INDEX sales_orders_customer ON sales_orders (customer)' \
    -c "DELETE FROM house_state WHERE name IN ('schema', 'step')"
run 0 upgrade
has 'in the order of time' out
same "$(psql -At "$pg" -c "SELECT string_agg(indexname, ' ') FROM pg_indexes WHERE indexname LIKE 'sales_orders_cust%'")" \
    sales_orders_customer_at
run 0 verify
run 0 export journal --format csv
cmp out second.journal || fail "the journal is another one in PostgreSQL"
run 0 import parties parties.csv
has '0 new, 0 changed, 4 already so' out
{ echo code,name,kind,is_customer && seq -f 'N%.0f,Many,person,yes' 300 && echo N1,One,person,yes; } >more.csv
run 0 import parties more.csv
has '300 new, 1 changed' out
start
call 201 POST /sales_orders/checkout "$sale"
run 0 backup from-pg.db
run 0 upgrade --rehearse
stop
unset KONTOR_DB
run 0 restore from-pg.db --data fourth
start --data fourth
call 201 POST /sales_orders/checkout "$sale"
call 200 GET '/sales_orders?count=1'
has '"total":5' answer
stop
run 0 verify --data fourth
psql -q "$KONTOR_TEST_PG" -c 'DROP DATABASE kontor_cli WITH (FORCE)'

# --- What was changed behind its back shows

sqlite3 second/kontor.db "UPDATE journal_lines SET debit = debit + 1 WHERE id = (SELECT min(id) FROM journal_lines WHERE debit > 0)"
sqlite3 second/kontor.db "UPDATE command_log SET who = who + 1 WHERE seq = (SELECT max(seq) FROM command_log)"
run 1 verify --data second
has 'BROKEN entry_balances' out
has 'BROKEN command_chains' out
has 'seq=' out
run 1 verify --data second --json
has '"ok":false' out

# --- The demo house

run 2 demo --days many
run 0 demo --days 1 --data demo
same "$(stat -c %a demo/sign-in.txt)" 600
cmp <(grep -A20 '^Sign in as' out | sed '/^$/,$d') demo/sign-in.txt || fail "what is printed is not what is kept"
run 1 demo --data demo
run 0 verify --data demo

# --- Descriptions

run 0 schema --sql sqlite
sqlite3 made.db <out || fail "the schema is no SQL"
run 0 schema --sql postgresql
has 'BIGINT' out
run 0 schema --openapi
has '"openapi":"3.1.0"' out
run 0 schema --pot
has '^msgid ' out
run 0 schema --markdown
has '^#' out

# --- A sale that was accepted is finished although the server is told to stop

start
for _ in $(seq 40); do
    curl -s -o /dev/null -w '%{http_code}\n' -X POST -H "Authorization: Bearer $key" -H 'Content-Type: application/json' \
        -d '{"till":"T1","lines":[{"product":"TEA","quantity":"0.001"}],"tenders":[{"kind":"cash","amount":"1.00"}]}' \
        "$at/api/v1/sales_orders/price" >>codes || true
done &
load=$!
sleep 0.3
stop
wait "$load" || true
[ -z "$(grep -v -e '^200$' -e '^422$' -e '^503$' -e '^000$' codes)" ] || fail "odd answers while stopping: $(sort codes | uniq -c)"
run 0 verify
echo "cli: ok"
