-- one row per (id, known, other): place and chance of a long view, after so many events
create table answers (
    id integer, known bigint, other integer, rank integer, chance double
)
