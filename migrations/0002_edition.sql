-- The published editions of the plan, each kept as the two files it was read from, so that an incident can always be
-- shown under the words it was reported under (R2, R4).

create table edition (
    code text primary key check (code <> ''),
    effective_from date not null,
    trial boolean not null,
    title jsonb not null check (title ?& array['zh-Hans', 'zh-Hant', 'en']),
    clauses_source text not null check (clauses_source <> ''),
    matrix_source text not null check (matrix_source <> ''),
    -- Null where the approval was given before the system existed and its instant is not known.
    approved_at timestamptz,
    loaded_at timestamptz not null
);
-- Exactly one edition is in force on any date.
create unique index edition_effective_from on edition (effective_from);

-- Published text is frozen: changes come as another edition (M_PLAN_READONLY). Only an approval may still be entered.
create function refuse_edition_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.approved_at is null
        and to_jsonb(new) - 'approved_at' = to_jsonb(old) - 'approved_at' then
        return new;
    end if;
    raise exception 'M_PLAN_READONLY: a published edition is frozen' using errcode = 'restrict_violation';
end $$;
create trigger edition_frozen before update or delete on edition
    for each row execute function refuse_edition_change();
create trigger edition_kept before truncate on edition
    for each statement execute function refuse_edition_change();
