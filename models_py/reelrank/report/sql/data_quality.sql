-- what was loaded, rejected and left unknown
from data_quality()
