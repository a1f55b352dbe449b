"""Columns that every instance has, for suggestions where the dictionary may not be read.

Common knowledge, and no more: a suggestion ends with a question mark.
"""

_ALL = """
    active approval assigned_to assignment_group business_service caller_id cat_item category caused_by
    child_incidents close_code close_notes closed_at closed_by cmdb_ci company contact_type
    correlation_display correlation_id department description due_date escalation expected_start follow_up
    group_list hold_reason impact incident_state knowledge location made_sla notify number opened_at opened_by
    order order_guide parent parent_incident price priority problem_id quantity reassignment_count
    reopen_count request request_item requested_for resolved_at resolved_by rfc sc_catalog severity
    short_description sla_due stage state subcategory sys_class_name sys_created_by sys_created_on sys_domain
    sys_id sys_mod_count sys_updated_by sys_updated_on time_worked universal_request upon_approval upon_reject
    urgency user_input watch_list work_end work_notes work_notes_list work_start
    email employee_number first_name last_name manager mobile_phone name phone title user_name
"""
_TIMES = """
    closed_at due_date expected_start follow_up opened_at resolved_at sys_created_on sys_updated_on work_end
    work_start
"""
BASE = frozenset(_ALL.split())
TIMES = frozenset(_TIMES.split())
