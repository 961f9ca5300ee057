#!/bin/sh
# Runs once, on an empty data folder: the roles and databases. The application's role owns nothing; migrations grant it
# what it needs. Temporal has a role and databases of its own and never sees the record.
set -eu
psql -v ON_ERROR_STOP=1 --username postgres \
  -v owner_password="$OWNER_PASSWORD" -v app_password="$APP_PASSWORD" -v temporal_password="$TEMPORAL_PASSWORD" <<'SQL'
CREATE ROLE proeve_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE proeve_app LOGIN PASSWORD :'app_password';
CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE DATABASE proeve OWNER proeve_owner;
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE CONNECT ON DATABASE proeve, temporal, temporal_visibility FROM PUBLIC;
GRANT CONNECT ON DATABASE proeve TO proeve_app;
SQL
