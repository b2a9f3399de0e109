{#- Texts; see lists.sql. -#}

{#- A regular expression as a literal: its backslashes stand as they are. -#}
{% macro pattern(expression) -%}
    {{ return(adapter.dispatch('pattern')(expression)) }}
{%- endmacro %}

{% macro default__pattern(expression) -%} {{ sql_text(expression) }} {%- endmacro %}

{% macro spark__pattern(expression) -%} r'{{ expression }}' {%- endmacro %}


{#- A text from outside, so that its backslashes stand in a literal as they are. -#}
{% macro with_backslashes(text) -%}
    {{ return(adapter.dispatch('with_backslashes')(text)) }}
{%- endmacro %}

{% macro default__with_backslashes(text) -%} {{ return(text) }} {%- endmacro %}

{% macro spark__with_backslashes(text) -%}
    {{ return(text | replace('\\', '\\\\')) }}
{%- endmacro %}


{#- Whether a whole text is of a regular expression. -#}
{% macro is_wholly(text, expression) -%}
    {{ return(adapter.dispatch('is_wholly')(text, expression)) }}
{%- endmacro %}

{% macro default__is_wholly(text, expression) -%}
    regexp_full_match({{ text }}, {{ pattern(expression) }})
{%- endmacro %}

{% macro spark__is_wholly(text, expression) -%}
    ({{ text }} rlike {{ pattern('^(?:' ~ expression ~ ')\\z') }})
{%- endmacro %}


{#- The parts of a text between a mark, which is no regular expression. -#}
{% macro parts_between(text, mark) -%}
    {{ return(adapter.dispatch('parts_between')(text, mark)) }}
{%- endmacro %}

{% macro default__parts_between(text, mark) -%}
    string_split({{ text }}, {{ sql_text(mark) }})
{%- endmacro %}

{% macro spark__parts_between(text, mark) -%}
    split({{ text }}, {{ pattern('\\Q' ~ mark ~ '\\E') }})
{%- endmacro %}


{#- A text without some characters at either end. -#}
{% macro without_ends(text, characters) -%}
    {{ return(adapter.dispatch('without_ends')(text, characters)) }}
{%- endmacro %}

{% macro default__without_ends(text, characters) -%}
    trim({{ text }}, {{ sql_text(characters) }})
{%- endmacro %}

{% macro spark__without_ends(text, characters) -%}
    trim(both {{ sql_text(characters) }} from {{ text }})
{%- endmacro %}


{#- The texts of a group in one, by their order. -#}
{% macro texts_in_one(text, between, by) -%}
    {{ return(adapter.dispatch('texts_in_one')(text, between, by)) }}
{%- endmacro %}

{% macro default__texts_in_one(text, between, by) -%}
    string_agg({{ text }}, {{ sql_text(between) }} order by {{ by }})
{%- endmacro %}

{% macro spark__texts_in_one(text, between, by) -%}
    listagg({{ text }}, {{ sql_text(between) }}) within group (order by {{ by }})
{%- endmacro %}


{#- A whole number with commas between thousands: 4800 is 4,800. -#}
{% macro with_thousands(number) -%}
    {{ return(adapter.dispatch('with_thousands')(number)) }}
{%- endmacro %}

{% macro default__with_thousands(number) -%} format('{:,}', {{ number }}) {%- endmacro %}

{% macro spark__with_thousands(number) -%} format_number({{ number }}, 0) {%- endmacro %}


{#- The query stops with this text. -#}
{% macro stopped_with(text) -%}
    {{ return(adapter.dispatch('stopped_with')(text)) }}
{%- endmacro %}

{% macro default__stopped_with(text) -%} error({{ text }}) {%- endmacro %}

{% macro spark__stopped_with(text) -%} raise_error({{ text }}) {%- endmacro %}
