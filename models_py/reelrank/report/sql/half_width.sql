-- half the width of a 95 % interval over users of a ratio of their sums, one row a user
create or replace temp macro half_width(part, whole) as
1.96 * sqrt(
    greatest(
        sum(part * part)
        - 2 * sum(part) / sum(whole) * sum(part * whole)
        + pow(sum(part) / sum(whole), 2) * sum(whole * whole),
        0
    )
) / sum(whole)
