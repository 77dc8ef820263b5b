-- People, the posts they hold, sessions and the audit trail. Everything else refers to these.
-- Names of regions, departments and roles are copied here from the plan edition and the company's map when these
-- are loaded, so that a page never has to read the plan to show who someone is.

create function is_text3(value jsonb) returns boolean language sql immutable parallel safe as $$
    select jsonb_typeof(value) = 'object'
       and coalesce(btrim(value ->> 'zh-Hans'), '') <> ''
       and coalesce(btrim(value ->> 'zh-Hant'), '') <> ''
       and coalesce(btrim(value ->> 'en'), '') <> ''
$$;

create table region (
    code      text primary key check (code ~ '^[A-Z][A-Z0-9]*$'),
    name      jsonb not null check (is_text3(name)),
    position  integer not null,
    customers integer not null default 0 check (customers >= 0)
);

-- One row an instance: INF, and RMD-QZ for the RMD of the region QZ.
create table department (
    code     text primary key,
    kind     text not null check (kind ~ '^[A-Z]+$'),
    name     jsonb not null check (is_text3(name)),
    region   text references region,
    parent   text references department,
    position integer not null,
    constraint department_code_says_region
        check (code = kind || coalesce('-' || region, ''))
);

create table role (
    code        text primary key check (code ~ '^[a-z_]+$'),
    name        jsonb not null check (is_text3(name)),
    -- The kinds of department it can be held in; none means any.
    departments text[] not null default '{}',
    position    integer not null
);

-- An account is closed, never deleted: the history keeps the name (R168).
create table person (
    id            uuid primary key,
    login         text not null constraint person_login_once unique
                  check (login ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
    name          text not null check (btrim(name) <> '' and length(name) <= 100),
    language      text not null check (language in ('zh-Hans', 'zh-Hant', 'en')),
    phone         text check (btrim(phone) <> '' and length(phone) <= 40),
    password_hash text not null,
    active        boolean not null default true,
    created_at    timestamptz not null,
    closed_at     timestamptz,
    constraint person_closed_has_time check (active = (closed_at is null)),
    check (closed_at >= created_at)
);

create table post (
    id         bigint generated always as identity primary key,
    person     uuid not null references person,
    role       text not null references role,
    department text not null references department,
    from_at    timestamptz not null,
    until_at   timestamptz,
    check (until_at >= from_at)
);
create unique index post_held_once on post (person, role, department) where until_at is null;
-- One leader and one deputy leader (2.1.1-1).
create unique index post_one_leader on post (role)
    where until_at is null and role in ('leader', 'deputy_leader');
create index post_of_department on post (department, role) where until_at is null;
create index post_of_person on post (person, from_at);

create table session (
    token_hash bytea primary key check (length(token_hash) = 32),
    person     uuid not null references person,
    kind       text not null check (kind in ('web', 'api')),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at   timestamptz,
    check (expires_at > created_at),
    check (ended_at >= created_at)
);
create index session_of_person on session (person) where ended_at is null;

-- Keyed by the name as typed, known or not: a lock must not tell which names exist.
create table login_attempt (
    login        text primary key check (length(login) <= 64),
    failures     integer not null check (failures > 0),
    last_at      timestamptz not null,
    locked_until timestamptz
);

-- Who did what when, append-only (R162). `seq` has no gaps and every row carries the hash of the one before; the head
-- is kept beside it, so that a row cut off at the end is missed as well.
create table audit (
    id        bigint generated always as identity primary key,
    seq       bigint not null unique check (seq > 0),
    at        timestamptz not null,
    person    uuid,
    login     text not null,
    action    text not null check (action ~ '^[a-z_]+$'),
    target    text not null,
    outcome   text not null check (outcome in ('done', 'denied', 'failed')),
    address   text not null,
    details   jsonb not null default '{}' check (jsonb_typeof(details) = 'object'),
    prev_hash bytea not null check (length(prev_hash) = 32),
    hash      bytea not null check (length(hash) = 32)
);
create index audit_by_time on audit (at);
create index audit_by_login on audit (login, seq);

create table audit_head (
    one  boolean primary key default true check (one),
    seq  bigint not null,
    hash bytea not null check (length(hash) = 32)
);
insert into audit_head (seq, hash) values (0, decode(repeat('00', 32), 'hex'));

-- The database itself refuses, administrators included. Other append-only tables use it too.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'M_RECORD_LOCKED: % is append-only', tg_table_name using errcode = 'restrict_violation';
end
$$;

create trigger audit_append_only before update or delete on audit
    for each row execute function refuse_change();
create trigger audit_no_truncate before truncate on audit
    for each statement execute function refuse_change();

create function audit_head_moves_on() returns trigger language plpgsql as $$
begin
    if new.seq <> old.seq + 1 then
        raise exception 'M_RECORD_LOCKED: the audit head only moves on' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
create trigger audit_head_forward before update on audit_head
    for each row execute function audit_head_moves_on();
create trigger audit_head_kept before delete on audit_head
    for each row execute function refuse_change();
create trigger audit_head_no_truncate before truncate on audit_head
    for each statement execute function refuse_change();

-- A post and a person are history; only their ends may be written.
create trigger person_kept before delete on person
    for each row execute function refuse_change();
create trigger post_kept before delete on post
    for each row execute function refuse_change();
