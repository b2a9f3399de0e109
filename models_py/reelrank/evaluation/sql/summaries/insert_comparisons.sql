-- adds rows computed in Python
insert into run_comparisons by name
select * from judge_result
