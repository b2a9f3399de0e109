-- a fixed piece of work for all cores: numbers grouped, sorted and summed
with numbers as (
    select
        hash(number) % 7000 as place,
        hash(number + 1) as weight
    from range(4000000) as counted (number) -- noqa: AL05
),

running as (
    select
        place,
        sum(weight % 1000) over (partition by place order by weight) as total
    from numbers
)

select sum(total % 1000) from running
