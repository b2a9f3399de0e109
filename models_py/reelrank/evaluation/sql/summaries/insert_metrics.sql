-- adds rows computed in Python
insert into run_metrics by name
select * from judge_result
