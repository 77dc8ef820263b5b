-- The command post: who is in the city, who commands, what is ordered, decided and announced (2.1.1, 2.1.2-lg, 3.2).

-- "In the city" or not, as declared by leader and deputy, or by the duty officer for them. Undeclared is in the city.
-- A period is never edited: coming back early ends it, and the declaration stays.
create table presence (
    id           uuid primary key,
    person       uuid not null references person,
    from_at      timestamptz not null,
    -- When they said they would be back; null: not known.
    until_at     timestamptz,
    reachable_at text,
    note         text,
    declared_by  text not null,
    declared_at  timestamptz not null,
    -- When they were back, or the declaration was withdrawn.
    ended_at     timestamptz,
    ended_by     text,
    check (until_at > from_at),
    check ((ended_at is null) = (ended_by is null))
);
create index presence_person on presence (person, from_at desc);

-- The department that hosts the Leading Group Office; its head and duty officers are posts. The latest row stands.
create table office_host (
    id           bigint generated always as identity primary key,
    department   text references department,
    appointed_by text not null,
    appointed_at timestamptz not null
);
create trigger office_host_locked before update or delete on office_host for each row execute function refuse_change();

-- Who commands an incident of a kind if neither leader answers: signed in advance, replaced by a later signature.
create table succession (
    id          uuid primary key,
    kind        text not null,
    department  text not null,
    signed_by   text not null,
    signed_at   timestamptz not null,
    valid_until timestamptz,
    revoked_at  timestamptz,
    revoked_by  text,
    check (valid_until > signed_at),
    check ((revoked_at is null) = (revoked_by is null))
);
create unique index succession_stands on succession (kind) where revoked_at is null;

create table headquarters (
    id              uuid primary key,
    -- Of the incident it was set up for.
    number          text not null unique,
    activated_at    timestamptz not null,
    activated_by    text not null,
    -- True when the signed succession table put it up.
    by_succession   boolean not null default false,
    minutes         int not null,
    stood_down_at   timestamptz,
    stood_down_by   text,
    restored_at     timestamptz,
    order_text      text,
    updated_at      timestamptz not null,
    revision        int not null default 1,
    check ((stood_down_at is null) = (stood_down_by is null)),
    check (stood_down_at >= activated_at)
);
alter table incident add column headquarters uuid references headquarters (id);
create index incident_headquarters on incident (headquarters) where headquarters is not null;

-- A written authority to act as commander (2.1.1-3).
create table delegation (
    id            uuid primary key,
    headquarters  uuid not null references headquarters (id),
    authoriser    text not null,
    authoriser_role text not null,
    delegate      uuid not null references person,
    delegate_login text not null,
    department    text not null,
    ground        text not null,
    by_succession uuid references succession (id),
    from_at       timestamptz not null,
    accepted_at   timestamptz,
    until_at      timestamptz,
    ended_by      text check (ended_by in ('handover', 'stand_down')),
    check ((until_at is null) = (ended_by is null)),
    check (until_at >= from_at)
);
create unique index delegation_one on delegation (headquarters) where until_at is null;

-- Command has neither gap nor overlap while a headquarters is active. Every period but the first begins at the instant
-- another of the same headquarters ends (the foreign key); no two begin or end together; one at most is open. Since a
-- period ends after it begins, what is left is one chain.
create table command_period (
    id           uuid primary key,
    headquarters uuid not null references headquarters (id),
    ordinal      int not null check (ordinal > 0),
    person       uuid not null references person,
    login        text not null,
    role         text not null check (role in ('leader', 'deputy_leader', 'acting_commander')),
    delegation   uuid references delegation (id),
    from_at      timestamptz not null,
    until_at     timestamptz,
    -- How it began: activation, delegation, handover, or by rule 2.1.1-2 when the other left the city.
    began_by     text not null check (began_by in ('activation', 'delegation', 'handover', 'rule', 'succession')),
    previous     timestamptz generated always as (case when ordinal > 1 then from_at end) stored,
    unique (headquarters, ordinal),
    unique (headquarters, from_at),
    unique (headquarters, until_at),
    foreign key (headquarters, previous) references command_period (headquarters, until_at)
        deferrable initially deferred,
    check (until_at > from_at),
    check ((role = 'acting_commander') = (delegation is not null))
);
create unique index command_period_open on command_period (headquarters) where until_at is null;

-- The sheet both sides sign. Offered by whoever commands; command passes when the other signs.
create table handover (
    id           uuid primary key,
    headquarters uuid not null references headquarters (id),
    from_login   text not null,
    to_person    uuid not null references person,
    to_login     text not null,
    to_role      text not null,
    situation    text not null,
    offered_at   timestamptz not null,
    accepted_at  timestamptz,
    withdrawn_at timestamptz
);
create index handover_headquarters on handover (headquarters);

-- A directive is numbered and never edited; each department addressed has its own copy.
create table directive_counter (
    year  int primary key,
    taken int not null default 0 check (taken >= 0)
);
create table directive (
    id           uuid primary key,
    number       text not null unique,
    incident     uuid references incident (id),
    headquarters uuid references headquarters (id),
    text         text not null check (btrim(text) <> ''),
    clause       text,
    task         text,
    due_at       timestamptz not null,
    reason       text,
    issuer       uuid not null references person,
    issuer_login text not null,
    issuer_role  text not null,
    delegation   uuid references delegation (id),
    issued_at    timestamptz not null,
    withdrawn_at timestamptz,
    withdrawn_by text,
    withdrawn_reason text,
    wake_at      timestamptz,
    updated_at   timestamptz not null,
    revision     int not null default 1,
    check (due_at > issued_at),
    check ((withdrawn_at is null) = (withdrawn_by is null))
);
create index directive_incident on directive (incident) where incident is not null;
create index directive_headquarters on directive (headquarters) where headquarters is not null;
create index directive_issued on directive (issued_at desc);
create index directive_wake on directive (wake_at) where wake_at is not null;
create table directive_copy (
    id              uuid primary key,
    directive       uuid not null references directive (id),
    department      text not null references department,
    state           text not null check (state in ('issued', 'acknowledged', 'done', 'accepted', 'withdrawn')),
    acknowledge_by  timestamptz not null,
    acknowledged_at timestamptz,
    acknowledged_by text,
    -- As it stands after extensions; the first limit is the directive's own and stays.
    due_at          timestamptz not null,
    extension_asked timestamptz,
    -- Until when the department asked for, if it said so.
    extension_until timestamptz,
    extension_reason text,
    -- When the issuer last gave more time; three quarters of the limit are counted from here.
    extended_at     timestamptz,
    done_at         timestamptz,
    done_by         text,
    evidence        text,
    accepted_at     timestamptz,
    accepted_by     text,
    -- Against the first limit, and against the limit as it stood.
    late_first      bigint not null default 0 check (late_first >= 0),
    late_seconds    bigint not null default 0 check (late_seconds >= 0),
    updated_at      timestamptz not null,
    unique (directive, department),
    check (state in ('issued', 'withdrawn') or (acknowledged_at is not null and acknowledged_by is not null)),
    check (state not in ('done', 'accepted') or (done_at is not null and done_by is not null and evidence is not null)),
    check (state <> 'accepted' or (accepted_at is not null and accepted_by is not null))
);
create index directive_copy_department on directive_copy (department, due_at) where state in ('issued', 'acknowledged');

-- What happens to a directive stands in the record, in the incident's timeline too where it has one.
alter table journal alter column incident drop not null;
alter table journal add column directive uuid references directive (id);
alter table journal add constraint journal_about check (incident is not null or directive is not null);
create index journal_directive on journal (directive, id) where directive is not null;
alter table escalation alter column incident drop not null;
alter table notice add column directive uuid references directive (id);

-- Service decisions (3.2.1, 3.2.2): when and where service is suspended, altered or resumed.
create table decision (
    id           uuid primary key,
    number       text not null unique,
    incident     uuid not null references incident (id),
    kind         text not null check (kind in ('suspend', 'alter', 'resume')),
    body         text not null check (body in ('LG', 'LGO')),
    areas        text[] not null,
    links        text[] not null default '{}',
    from_at      timestamptz,
    until_at     timestamptz,
    question     text not null default '',
    detail       text not null default '',
    reason       text not null default '',
    drafted_by   text not null,
    drafted_at   timestamptz not null,
    signed_by    text,
    signed_role  text,
    delegation   uuid references delegation (id),
    signed_at    timestamptz,
    -- Areas in which a later decision took its place, or its resumption began: area -> number of that decision.
    replaced     jsonb not null default '{}',
    updated_at   timestamptz not null,
    check ((signed_at is null) = (signed_by is null)),
    check (signed_at is null or (cardinality(areas) > 0 and from_at is not null)),
    check (until_at > from_at)
);
create index decision_incident on decision (incident, drafted_at);
create table opinion (
    decision uuid not null references decision (id),
    person   uuid not null references person,
    login    text not null,
    -- agree, agree_with, disagree
    stance   text not null check (stance in ('agree', 'agree_with', 'disagree')),
    text     text not null default '',
    at       timestamptz not null,
    primary key (decision, person)
);

create table announcement (
    id         uuid primary key,
    number     text not null unique,
    incident   uuid not null references incident (id),
    decision   uuid not null references decision (id),
    -- Text as sent, and as generated from the decision, by language.
    text       jsonb not null,
    generated  jsonb not null,
    made_by    text not null,
    made_at    timestamptz not null,
    done_at    timestamptz,
    done_by    text,
    updated_at timestamptz not null,
    check ((done_at is null) = (done_by is null))
);
create index announcement_incident on announcement (incident, made_at);
create table announcement_channel (
    announcement uuid not null references announcement (id),
    channel      text not null check (channel in ('tv_station', 'radio_station', 'mobile_platform')),
    at           timestamptz not null,
    proof        text not null check (btrim(proof) <> ''),
    by_login     text not null,
    entered_at   timestamptz not null,
    primary key (announcement, channel)
);

-- How the four links of the sales network stand in each region because of an incident (2.1.2-mkt-2).
create table service_state (
    incident uuid not null references incident (id),
    region   text not null references region (code),
    link     text not null check (link in ('ordering', 'settlement', 'sorting', 'delivery')),
    state    text not null check (state in ('normal', 'restricted', 'stopped')),
    set_by   text not null,
    set_at   timestamptz not null,
    primary key (incident, region, link)
);

-- People, money and materials asked for, promised, arrived (2.1.2-lg-2).
create table resource_request (
    id           uuid primary key,
    number       text not null unique,
    headquarters uuid not null references headquarters (id),
    incident     uuid not null references incident (id),
    kind         text not null check (kind in ('people', 'money', 'materials')),
    what         text not null check (btrim(what) <> ''),
    asked        bigint not null check (asked > 0),
    unit         text not null default '',
    department   text not null references department,
    due_at       timestamptz not null,
    asked_by     text not null,
    asked_at     timestamptz not null,
    promised     bigint check (promised >= 0),
    promised_for timestamptz,
    promised_by  text,
    promised_at  timestamptz,
    arrived      bigint not null default 0 check (arrived >= 0),
    arrived_at   timestamptz,
    arrived_by   text,
    cancelled_at timestamptz,
    cancelled_by text,
    updated_at   timestamptz not null
);
create index resource_headquarters on resource_request (headquarters, asked_at);

-- What the leadership looked at, found and urged (2.1.2-lg-4).
create table check_entry (
    id         uuid primary key,
    incident   uuid references incident (id),
    department text not null references department,
    looked_at  text not null check (btrim(looked_at) <> ''),
    finding    text not null check (btrim(finding) <> ''),
    urge       text not null default '',
    by_login   text not null,
    at         timestamptz not null,
    became     text
);
create index check_entry_at on check_entry (at desc);

-- A circular names departments and the clause relied on; readers confirm (2.1.2-lg-4, 2.1.2-insp-1).
create table circular_counter (
    year  int primary key,
    taken int not null default 0 check (taken >= 0)
);
create table circular (
    id           uuid primary key,
    number       text unique,
    -- Whose clauses it relies on.
    edition      text not null,
    issuer       text not null check (issuer in ('LG', 'INSP')),
    incident     uuid references incident (id),
    title        text not null default '',
    facts        text not null default '',
    clauses      text[] not null default '{}',
    departments  text[] not null default '{}',
    drafted_by   text not null,
    drafted_at   timestamptz not null,
    published_by text,
    published_at timestamptz,
    updated_at   timestamptz not null,
    check ((published_at is null) = (published_by is null)),
    check (published_at is null or (number is not null and btrim(facts) <> '' and cardinality(clauses) > 0
           and cardinality(departments) > 0))
);
create index circular_published on circular (published_at desc) where published_at is not null;
create table circular_receipt (
    circular   uuid not null references circular (id),
    person     uuid not null references person,
    login      text not null,
    department text not null,
    at         timestamptz not null,
    primary key (circular, person, department)
);

create trigger presence_told after insert or update on presence
    for each statement execute function tell_replicas('leadership');
create trigger succession_told after insert or update on succession
    for each statement execute function tell_replicas('leadership');
create trigger office_host_told after insert on office_host
    for each statement execute function tell_replicas('leadership');
create trigger command_period_told after insert or update on command_period
    for each statement execute function tell_replicas('leadership');

-- Nothing of the record is deleted.
create trigger presence_kept before delete on presence for each row execute function refuse_change();
create trigger succession_kept before delete on succession for each row execute function refuse_change();
create trigger headquarters_kept before delete on headquarters for each row execute function refuse_change();
create trigger command_period_kept before delete on command_period for each row execute function refuse_change();
create trigger delegation_kept before delete on delegation for each row execute function refuse_change();
create trigger handover_kept before delete on handover for each row execute function refuse_change();
create trigger directive_kept before delete on directive for each row execute function refuse_change();
create trigger directive_copy_kept before delete on directive_copy for each row execute function refuse_change();
create trigger decision_kept before delete on decision for each row execute function refuse_change();
create trigger opinion_locked before update or delete on opinion for each row execute function refuse_change();
create trigger announcement_channel_locked before update or delete on announcement_channel
    for each row execute function refuse_change();
create trigger circular_receipt_locked before update or delete on circular_receipt
    for each row execute function refuse_change();
create trigger resource_request_kept before delete on resource_request
    for each row execute function refuse_change();
create trigger circular_kept before delete on circular for each row execute function refuse_change();
create trigger check_entry_kept before delete on check_entry for each row execute function refuse_change();
