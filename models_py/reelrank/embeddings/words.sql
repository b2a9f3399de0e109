-- the words of a caption: two signs next to each other of Chinese, else whole words; as
-- in dbt_project/macros/main/folding.sql
-- noqa: disable=LT02
create or replace temp macro caption_words(caption) as
    list_distinct(flatten(list_transform(
        regexp_extract_all(
            regexp_replace(lower(caption), '(\p{Han}+)', ' \1 ', 'g'), '[\p{L}\p{N}]+'
        ),
        lambda word: if(
            regexp_matches(word, '^\p{Han}'),
            list_transform(
                range(1, greatest(len(word), 2)), lambda place: substr(word, place, 2)
            ),
            [word]
        )
    )));
-- noqa: enable=LT02
