-- The record of an incident: what was reported, what it is now, and the duties it opened.
-- State is text with a CHECK, and a second CHECK ties each state to its columns, so an impossible row cannot exist.

-- Numbers YJ-YYYYMMDD-NNN. The row of the day is also what reports of several replicas queue on.
create table day_counter (
    day date primary key,
    taken int not null default 0 check (taken >= 0)
);

create table incident (
    id uuid primary key,
    number text not null unique,
    edition text not null references edition (code),
    kind text not null,
    sub_kind text not null,
    region text not null references region (code),
    regions text[] not null check (cardinality(regions) > 0),
    scope text check (scope in ('whole_region', 'part_region')),
    severity text not null check (severity in ('departmental', 'local', 'major')),
    proposed_severity text not null check (proposed_severity in ('departmental', 'local', 'major')),
    proposal jsonb not null,
    confirmed_at timestamptz,
    confirmed_by text,
    severity_reason text,
    state text not null check (state in ('open', 'closed', 'merged')),
    officer_role text not null default 'deputy_leader' check (officer_role in ('leader', 'deputy_leader')),
    occurred_at timestamptz not null,
    reported_at timestamptz not null,
    clock_from timestamptz not null,
    reporter uuid,
    reporter_login text not null,
    reporter_department text not null,
    description text not null,
    place_key text not null,
    fields jsonb not null,
    links jsonb not null,
    conditions jsonb not null default '{}',
    recovered_at timestamptz,
    closed_at timestamptz,
    closed_by text,
    closing jsonb,
    merged_into uuid references incident (id),
    merged_at timestamptz,
    wake_at timestamptz,
    updated_at timestamptz not null,
    revision int not null default 1,
    check (clock_from <= reported_at),
    check ((state = 'merged') = (merged_into is not null and merged_at is not null)),
    check (state <> 'closed' or (closed_at is not null and closed_by is not null and closing is not null)),
    check ((confirmed_at is null) = (confirmed_by is null)),
    check (state <> 'merged' or wake_at is null)
);
create index incident_open on incident (reported_at desc) where state = 'open';
create index incident_wake on incident (wake_at) where wake_at is not null;
create index incident_place on incident (sub_kind, region, place_key, reported_at);
create index incident_reported on incident (reported_at desc, id);

-- Every report as it came in; never altered, also when two are merged.
create table report (
    id uuid primary key,
    incident uuid not null references incident (id),
    ref text not null unique,
    person uuid,
    registrar text not null,
    on_behalf_of text,
    told_at timestamptz,
    received_at timestamptz not null,
    client_key text,
    body jsonb not null,
    unique (person, client_key)
);
create index report_incident on report (incident);
create trigger report_locked before update or delete on report for each row execute function refuse_change();

create table task (
    id uuid primary key,
    incident uuid not null references incident (id),
    key text not null,
    code text not null,
    position int not null,
    region text,
    department text not null,
    vacant boolean not null default false,
    role text not null,
    assignee uuid,
    assignee_login text,
    state text not null check (state in ('open', 'acknowledged', 'done', 'cancelled', 'not_arisen')),
    major boolean not null,
    opened_at timestamptz not null,
    acknowledge_by timestamptz,
    due_at timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text,
    ended_at timestamptz,
    ended_by text,
    reason text,
    evidence jsonb not null default '{}',
    late_seconds bigint not null default 0 check (late_seconds >= 0),
    returned_at timestamptz,
    returned_reason text,
    check_ins int not null default 0,
    updated_at timestamptz not null,
    revision int not null default 1,
    unique (incident, key),
    check (state <> 'acknowledged' or (acknowledged_at is not null and acknowledged_by is not null)),
    check ((state in ('done', 'cancelled', 'not_arisen')) = (ended_at is not null and ended_by is not null)),
    check (state not in ('cancelled', 'not_arisen') or reason is not null),
    check ((assignee is null) = (assignee_login is null)),
    check ((returned_at is null) = (returned_reason is null))
);
create index task_department on task (department, due_at) where state in ('open', 'acknowledged');
create index task_assignee on task (assignee) where state in ('open', 'acknowledged');

-- A department that owes its help to a task (2.1.2-mkt-3, -rmd-3, -dist-4, -fin-2).
create table cooperation (
    id uuid primary key,
    incident uuid not null references incident (id),
    task uuid not null references task (id),
    department text not null,
    state text not null check (state in ('asked', 'acknowledged', 'refused', 'answered')),
    acknowledge_by timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text,
    result text,
    reason text,
    updated_at timestamptz not null,
    unique (task, department),
    check (state = 'asked' or (acknowledged_at is not null and acknowledged_by is not null)),
    check (state <> 'refused' or reason is not null),
    check (state <> 'answered' or result is not null)
);
create index cooperation_department on cooperation (department) where state in ('asked', 'acknowledged');

-- Calls to parties outside: who, which number, when, what they answered, what they promised.
create table contact (
    id uuid primary key,
    incident uuid not null references incident (id),
    task uuid not null references task (id),
    party text not null,
    phone text not null,
    at timestamptz not null,
    answer text not null,
    promised_at timestamptz,
    person_login text not null,
    entered_at timestamptz not null
);
create index contact_incident on contact (incident);
create trigger contact_locked before update or delete on contact for each row execute function refuse_change();

create table incident_link (
    parent uuid not null references incident (id),
    child uuid not null references incident (id),
    reason text not null,
    by_login text not null,
    at timestamptz not null,
    primary key (parent, child),
    check (parent <> child)
);
create index incident_link_child on incident_link (child);

-- The timeline is a view of this table.
create table journal (
    id bigint generated always as identity primary key,
    incident uuid not null references incident (id),
    task uuid,
    department text,
    at timestamptz not null,
    entered_at timestamptz not null,
    kind text not null,
    actor_login text not null,
    data jsonb not null,
    late boolean not null default false,
    corrects bigint references journal (id)
);
create index journal_incident on journal (incident, entered_at, id);
create trigger journal_locked before update or delete on journal for each row execute function refuse_change();
create trigger journal_kept before truncate on journal execute function refuse_change();

-- A rung of the ladder that was sent. The key is what makes it once, whatever happens.
-- `subject` is the task, or the incident itself for an unconfirmed level.
create table escalation (
    incident uuid not null references incident (id),
    subject uuid not null,
    step int not null,
    event text not null,
    limit_at timestamptz not null,
    due_at timestamptz not null,
    sent_at timestamptz not null,
    late boolean not null,
    tell text[] not null,
    primary key (subject, event, step, limit_at)
);
create index escalation_incident on escalation (incident);
create trigger escalation_locked before update or delete on escalation for each row execute function refuse_change();

-- What was told to whom: addressed to a post, so that whoever holds it reads it; or to one person.
create table notice (
    id uuid primary key,
    incident uuid references incident (id),
    task uuid,
    kind text not null,
    role text,
    department text,
    person uuid,
    urgent boolean not null default false,
    late boolean not null default false,
    at timestamptz not null,
    sent_at timestamptz not null,
    data jsonb not null,
    check ((person is not null) <> (role is not null and department is not null))
);
create index notice_post on notice (department, role, sent_at desc);
create index notice_person on notice (person, sent_at desc) where person is not null;
create index notice_incident on notice (incident);
create trigger notice_locked before update or delete on notice for each row execute function refuse_change();

create table notice_seen (
    notice uuid not null references notice (id),
    person uuid not null,
    at timestamptz not null,
    primary key (notice, person)
);

-- Places and vehicles that reports name, so that the plan's site owner and vehicle home can be found.
create table site (
    code text primary key,
    name jsonb not null,
    department text not null,
    region text not null references region (code)
);
create table vehicle (
    code text primary key,
    name jsonb not null,
    home text not null,
    region text not null references region (code),
    spare boolean not null default false
);

create table attachment (
    id uuid primary key,
    incident uuid not null references incident (id),
    task uuid references task (id),
    name text not null,
    media_type text not null,
    size int not null check (size > 0),
    sha256 bytea not null check (length(sha256) = 32),
    content bytea not null,
    by_login text not null,
    at timestamptz not null
);
create index attachment_incident on attachment (incident);
create trigger attachment_locked before update or delete on attachment for each row execute function refuse_change();
