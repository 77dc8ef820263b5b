-- Settings: proposed numbers of the plan put in the place of others from an instant on (R8). Old value, new value, who,
-- when and why; nothing is ever changed or taken back but by another setting.

create table setting_change (
    id bigint generated always as identity primary key,
    key text not null check (key <> ''),
    -- The edition in force when it was set, and the number its text has, with its measure.
    edition text not null references edition,
    stood text not null check (stood <> ''),
    old_value text not null check (old_value <> ''),
    new_value text not null check (new_value <> ''),
    valid_from timestamptz not null,
    reason text not null check (reason <> ''),
    by_login text not null,
    at timestamptz not null,
    -- Never backwards: what has opened keeps its numbers.
    check (valid_from >= at)
);
create index setting_change_key on setting_change (key, id);

create function refuse_setting_change() returns trigger language plpgsql as $$
begin
    raise exception 'M_RECORD_LOCKED: the history of settings is append-only' using errcode = 'restrict_violation';
end $$;
create trigger setting_change_append_only before update or delete or truncate on setting_change
    for each statement execute function refuse_setting_change();
