-- The published holidays and make-up working days (R41), and who changed them when.
-- Weekdays and the working window are plan data, so they are not here.

create table calendar_exception (
    day date primary key,
    kind text not null check (kind in ('holiday', 'make_up')),
    name jsonb not null check (name ?& array['zh-Hans', 'zh-Hant', 'en']),
    set_by text not null,
    set_at timestamptz not null
);

-- One row a change. `old_kind` null: the day was entered; `new_kind` null: it was cleared, and `name` is the name it had.
create table calendar_change (
    id bigint generated always as identity primary key,
    day date not null,
    old_kind text check (old_kind in ('holiday', 'make_up')),
    new_kind text check (new_kind in ('holiday', 'make_up')),
    name jsonb not null check (name ?& array['zh-Hans', 'zh-Hant', 'en']),
    by text not null,
    at timestamptz not null,
    check (old_kind is not null or new_kind is not null)
);
create index calendar_change_day on calendar_change (day);

-- The history is evidence: nobody alters or empties it, administrators included.
create function refuse_calendar_change() returns trigger language plpgsql as $$
begin
    raise exception 'M_RECORD_LOCKED: % is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger calendar_change_locked before update or delete on calendar_change
    for each row execute function refuse_calendar_change();
create trigger calendar_change_kept before truncate on calendar_change
    for each statement execute function refuse_calendar_change();
