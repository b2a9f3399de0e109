{#-
    The solution x of A x = b: `lines` is a list of lists of double, the rows of A, each with
    its element of b at the end. Elimination without pivoting, as A is positive definite; a
    list of the matrix and the numbers of its steps is reduced to the matrix after them.
-#}
{% macro solved(lines) -%}
    list_transform(
        list_reduce(
            list_concat(
                [{{ lines }}],
                list_transform(
                    range(1, len({{ lines }}) + 1),
                    lambda n: [[cast(n as double)]]
                )
            ),
            lambda done, step: list_transform(
                range(1, len(done) + 1),
                lambda spot: if(
                    spot = step[1][1],
                    list_transform(done[spot], lambda x: x / done[spot][spot]),
                    list_transform(
                        range(1, len(done[spot]) + 1),
                        lambda place: done[spot][place]
                        - done[spot][cast(step[1][1] as integer)]
                        * done[cast(step[1][1] as integer)][place]
                        / done[cast(step[1][1] as integer)][cast(step[1][1] as integer)]
                    )
                )
            )
        ),
        lambda line: line[-1]
    )
{%- endmacro %}


{#- The vectors of the latest run that know all of train. -#}
{% macro latest_vectors() -%}
    select
        v.entity,
        v.entity_id,
        v.shown_id,
        cast(v.vector as double[]) as vector
    from {{ source('ml', 'embedding_vectors') }} as v
    where v.run_id = {{ latest_run_id() }}
{%- endmacro %}


{#-
    Columns of a CTE `looks`, one row per look, with `features` (1, then the vector of the
    other side), `pull` (what the look says beyond what is expected) and `weight`, and of a CTE
    `prior` (place, line), the inverse covariance of what is expected: a query of one row whose
    `means` are the bias and the vector they lead to.
-#}
{% macro folded(prior, looks) -%}
    select {{ solved('matrix.lines') }} as means
    from (
        select
            list(
                list_append(
                    list_transform(
                        range(1, len(p.line) + 1),
                        lambda place: p.line[place] + coalesce(
                            list_sum(
                                list_transform(
                                    s.looks,
                                    lambda l: l.weight
                                    * l.features[p.place] * l.features[place]
                                )
                            ),
                            0
                        )
                    ),
                    coalesce(
                        list_sum(
                            list_transform(
                                s.looks,
                                lambda l: l.weight * l.features[p.place] * l.pull
                            )
                        ),
                        0
                    )
                )
                order by p.place
            ) as lines
        from {{ prior }} as p
        cross join (
            select
                list(
                    {'weight': l.weight, 'features': l.features, 'pull': l.pull}
                    order by l.place
                ) as looks
            from {{ looks }} as l
        ) as s
    ) as matrix
{%- endmacro %}


{#- The weight of a residual in spreads: half at `limit`, next to nothing far beyond. -#}
{% macro event_weight(residual, spread, limit) -%}
    1 / (1 + pow({{ residual }} / {{ spread }} / {{ limit }}, 4))
{%- endmacro %}


{#-
    The words of a caption, as in models_py/reelrank/embeddings/words.sql:
    two signs next to each other of Chinese, else whole words.
-#}
{% macro caption_words(caption) -%}
    list_distinct(flatten(list_transform(
        regexp_extract_all(
            regexp_replace(lower({{ caption }}), '(\p{Han}+)', ' \1 ', 'g'),
            '[\p{L}\p{N}]+'
        ),
        lambda word: if(
            regexp_matches(word, '^\p{Han}'),
            list_transform(
                range(1, greatest(len(word), 2)), lambda place: substr(word, place, 2)
            ),
            [word]
        )
    )))
{%- endmacro %}


{#- One of the settings of ALS in the parameters of run `r`. -#}
{% macro als_number(name) -%}
    cast(json_extract(r.parameters, '$.candidates.als.{{ name }}') as double) as {{ name }}
{%- endmacro %}
