"""Write a small export for each preset, in the shape of the system, from one simulated pilot whose truth is known.

    python tests/contacts/sample_exports.py

The contacts are the same in every file: only names, units, codes, time formats and kinds of file differ.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from pilot_analysis.simulation.log import simulate
from pilot_analysis.simulation.scenario import Scenario

HERE = Path(__file__).parent / "samples"
ZONE = "Europe/Berlin"
SCENARIO = Scenario(
    days=36, before_days=0, after_days=0, pilot_agents=4, baseline_agents=5, pilot_per_day=5, baseline_per_day=6,
    ramp_up_days=0,
)  # fmt: skip
SEED = 11
HAPPY = {1: "Extremely unhappy", 2: "Unhappy", 3: "Neutral", 4: "Happy", 5: "Extremely happy"}


def contacts() -> pd.DataFrame:
    """The simulated log with what the systems derive from it; stamps are naive, in ZONE."""
    log, _truth = simulate(SCENARIO, SEED)
    log["number"] = range(1001, 1001 + len(log))
    log["response"] = (log.first_response_at - log.opened_at).dt.total_seconds()
    log["elapsed"] = (log.resolved_at - log.opened_at).dt.total_seconds()
    log["pilot"] = log.team == "Vendor"
    return log


def stamps(column: pd.Series, way: str) -> pd.Series:
    return column.dt.strftime(way).astype(object).where(column.notna(), None)


def utc(column: pd.Series) -> pd.Series:
    """2026-03-02T08:00:00Z; an hour that occurs twice is the later one."""
    zoned = column.dt.tz_localize(ZONE, ambiguous=False, nonexistent="shift_forward").dt.tz_convert("UTC")
    return stamps(zoned, "%Y-%m-%dT%H:%M:%SZ")


def epoch(column: pd.Series) -> pd.Series:
    text = pd.to_datetime(utc(column))
    return ((text - pd.Timestamp(0, tz="UTC")) // pd.Timedelta(seconds=1)).astype("Int64")


def hms(seconds: pd.Series) -> pd.Series:
    return seconds.map(lambda s: None if pd.isna(s) else f"{int(s) // 3600:02}:{int(s) // 60 % 60:02}:{int(s) % 60:02}")


def whole(seconds: pd.Series, per: float = 1.0) -> pd.Series:
    return (seconds / per).round().astype("Int64")


def zendesk(log: pd.DataFrame) -> pd.DataFrame:
    score = log.csat.map(lambda v: "Offered" if pd.isna(v) else "Good" if v >= 4 else "Bad")
    return pd.DataFrame({
        "Id": log.number, "Requester": "Customer " + log.customer_id, "Requester id": log.customer_id.str[1:],
        "Subject": "about " + log.category, "Group": log.team, "Assignee": log.agent_id, "Status": "Closed",
        "Priority": "Normal", "Via": log.channel.replace({"email": "Mail", "chat": "Chat", "phone": "Phone"}),
        "Ticket type": log.category, "Tags": log.category + " " + log.language,
        "Created at": stamps(log.opened_at, "%d/%m/%Y %H:%M"), "Solved at": stamps(log.resolved_at, "%d/%m/%Y %H:%M"),
        "Satisfaction Score": score.where(log.csat_offered, "Not Offered"),
        "Reopens": log.reopened.astype(int), "Replies": 2, "Group stations": 1, "Assignee stations": 1,
        "First reply time in minutes": whole(log.response, 60),
        "First reply time in minutes within business hours": whole(log.response * 0.4, 60),
        "Full resolution time in minutes": whole(log.elapsed, 60),
        "Resolution time": (log.elapsed / 3600).round(2),
    })  # fmt: skip


def zendesk_api(log: pd.DataFrame) -> list[dict[str, Any]]:
    minutes, full = whole(log.response, 60), whole(log.elapsed, 60)
    return [
        {
            "id": row.number, "requester_id": int(row.customer_id[1:]), "created_at": opened, "solved_at": solved,
            "assignee_id": 360_000 + int(row.agent_id[1:]) + 1000 * row.pilot, "group_id": 7001 + row.pilot,
            "via": {"channel": row.channel}, "tags": [row.category, row.language], "type": row.category,
            "satisfaction_rating": {"score": "unoffered" if not row.csat_offered else "offered" if pd.isna(row.csat)
                                    else "good" if row.csat >= 4 else "bad"},
            "metric_set": {
                "reply_time_in_minutes": {"calendar": value(reply), "business": value(reply)},
                "full_resolution_time_in_minutes": {"calendar": value(whole_time), "business": value(whole_time)},
            },
            "reopens": int(row.reopened), "group_stations": 1,
        }
        for row, opened, solved, reply, whole_time in zip(
            log.itertuples(), utc(log.opened_at), utc(log.resolved_at), minutes, full, strict=True)
    ]  # fmt: skip


def value(number: Any) -> int | None:
    return None if pd.isna(number) else int(number)


def salesforce(log: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({
        "Case Number": log.number.map("{:08d}".format), "Contact Name": log.customer_id, "Case Owner": log.agent_id,
        "Case Owner Role": log.team, "Case Origin": log.channel, "Case Reason": log.category, "Priority": "Medium",
        "Status": "Closed", "Date/Time Opened": stamps(log.opened_at, "%m/%d/%Y %I:%M %p"),
        "Date/Time Closed": stamps(log.resolved_at, "%m/%d/%Y %I:%M %p"),
        "Elapsed Time (Mins)": whole(log.response, 60), "Escalated": log.escalated.astype(int),
    })  # fmt: skip


def genesys_cloud(log: pd.DataFrame) -> pd.DataFrame:
    gave_up = log.first_response_at.isna()
    rows = pd.DataFrame({
        "Conversation ID": log.contact_id.map("7f3c-{}".format), "Date": stamps(log.opened_at, "%m/%d/%y, %I:%M:%S %p"),
        "Direction": "Inbound", "Media Type": log.channel.replace({"phone": "voice"}), "Queue": log.team,
        "First Queue": log.team, "Users - Interacted": log.agent_id.where(~gave_up, None),
        "Abandoned": gave_up.map({True: "YES", False: "NO"}), "Wrap-up": log.category, "Transferred": "NO",
        "Transfers": 0, "Disconnect Type": "Peer", "Non-ACD": "NO", "Total Queue": whole(log.response, 0.001),
        "Total Handle": whole(log.handle_seconds, 0.001).where(~gave_up), "Total Hold": 0,
    })  # fmt: skip
    outbound = rows.head(12).assign(Direction="Outbound", **{"Conversation ID": [f"out-{i}" for i in range(12)]})
    return pd.concat([rows, outbound], ignore_index=True)


def freshdesk(log: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({
        "Ticket ID": log.number, "Subject": "about " + log.category, "Status": "Closed", "Priority": "Low",
        "Source": log.channel.str.capitalize(), "Type": log.category, "Agent": log.agent_id, "Group": log.team,
        "Created time": stamps(log.opened_at, "%Y-%m-%d %H:%M:%S"),
        "Resolved time": stamps(log.resolved_at, "%Y-%m-%d %H:%M:%S"),
        "Initial response time": stamps(log.first_response_at, "%Y-%m-%d %H:%M:%S"),
        "First response time (in hrs)": hms(log.response), "Resolution time (in hrs)": hms(log.elapsed),
        "Survey results": log.csat.map(HAPPY), "Contact ID": log.customer_id.str[1:], "Tags": log.language,
    })  # fmt: skip


def hubspot(log: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({
        "hs_object_id": log.number, "createdate": utc(log.opened_at), "closed_date": utc(log.resolved_at),
        "hubspot_owner_id": log.agent_id, "hubspot_team_id": log.team, "source_type": log.channel.str.upper(),
        "hs_ticket_category": log.category, "time_to_first_agent_reply": whole(log.response, 0.001),
        "time_to_close": whole(log.elapsed, 0.001), "hs_is_one_touch_ticket": (~log.reopened).astype(str).str.lower(),
    })  # fmt: skip


def intercom(log: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "type": "conversation", "id": str(row.number), "created_at": int(opened), "source": {"type": row.channel},
            "contacts": {"contacts": [{"id": row.customer_id}]}, "tags": {"tags": [{"name": row.category}]},
            "admin_assignee_id": row.agent_id, "team_assignee_id": row.team,
            "conversation_rating": None if pd.isna(row.csat) else
            {"rating": int(row.csat), "teammate": {"id": row.agent_id}},
            "statistics": {"time_to_admin_reply": value(row.response), "time_to_last_close": value(row.elapsed),
                           "last_close_at": value(closed), "count_reopens": int(row.reopened)},
        }
        for row, opened, closed in zip(log.itertuples(), epoch(log.opened_at), epoch(log.resolved_at), strict=True)
    ]  # fmt: skip


def amazon_connect(log: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "ContactId": f"b1-{row.number}", "InitialContactId": None, "Channel": row.channel.upper(),
            "InitiationMethod": "INBOUND", "InitiationTimestamp": opened, "DisconnectTimestamp": closed,
            "CustomerEndpoint": {"Address": row.customer_id, "Type": "TELEPHONE_NUMBER"},
            "Queue": {"Name": row.team, "Duration": value(row.response)},
            "Agent": None if answered is None else {
                "Username": row.agent_id, "ConnectedToAgentTimestamp": answered,
                "AgentInteractionDuration": int(row.handle_seconds), "CustomerHoldDuration": 0},
        }
        for row, opened, answered, closed in zip(
            log.itertuples(), utc(log.opened_at), utc(log.first_response_at), utc(log.resolved_at), strict=True)
    ]  # fmt: skip


def kustomer(log: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "type": "conversation", "id": f"5f{row.number}",
            "attributes": {
                "createdAt": opened, "channels": [row.channel], "tags": [row.category],
                "assignedUsers": [row.agent_id], "assignedTeams": [row.team],
                "firstResponse": None if answered is None else
                {"createdAt": answered, "responseTime": int(row.response * 1000), "assignedTeams": [row.team]},
                "lastDone": {"createdAt": closed},
                "satisfactionLevel": {"score": None if pd.isna(row.csat) else int(row.csat)},
            },
            "relationships": {"customer": {"data": {"id": row.customer_id}}},
        }
        for row, opened, answered, closed in zip(
            log.itertuples(), utc(log.opened_at), utc(log.first_response_at), utc(log.resolved_at), strict=True)
    ]  # fmt: skip


def jira_sm(log: pd.DataFrame) -> pd.DataFrame:
    way = "%d/%b/%y %I:%M %p"
    rows = pd.DataFrame({
        "Summary": "about " + log.category, "Issue key": "SD-" + log.number.astype(str),
        "Issue Type": "Service Request", "Priority": "Medium", "Assignee": log.agent_id, "Reporter": log.customer_id,
        "Created": stamps(log.opened_at, way), "Resolved": stamps(log.resolved_at, way),
        "Custom field (Request Type)": log.category, "Custom field (Team)": log.team,
        "Satisfaction rating": log.csat.astype("Int64"),
        "Custom field (Time to first response)": hms(log.response * 0.4),
    })  # fmt: skip
    return pd.concat([rows, pd.DataFrame({"Comment": "one", "Comment ": None}, index=rows.index)], axis=1).rename(
        columns={"Comment ": "Comment"})  # fmt: skip


def nice_cxone(log: pd.DataFrame) -> pd.DataFrame:
    gave_up = log.first_response_at.isna()
    return pd.DataFrame({
        "contactId": log.number, "masterContactId": log.number, "contactStartDate": utc(log.opened_at),
        "agentId": log.agent_id.where(~gave_up, None), "teamName": log.team, "skillName": log.category,
        "mediaTypeName": log.channel, "isOutbound": "False", "inQueueSeconds": whole(log.response),
        "agentSeconds": whole(log.handle_seconds), "ACWSeconds": 20, "abandoned": gave_up.astype(str),
    })  # fmt: skip


TABLES: dict[str, tuple[str, Callable[[pd.DataFrame], pd.DataFrame]]] = {
    "zendesk": ("zendesk.csv", zendesk), "salesforce": ("salesforce.xlsx", salesforce),
    "genesys_cloud": ("genesys_cloud.csv", genesys_cloud), "freshdesk": ("freshdesk.csv", freshdesk),
    "hubspot": ("hubspot.csv", hubspot), "jira_sm": ("jira_sm.csv", jira_sm),
    "nice_cxone": ("nice_cxone.csv", nice_cxone),
}  # fmt: skip
OBJECTS: dict[str, tuple[str, Callable[[pd.DataFrame], list[dict[str, Any]]]]] = {
    "zendesk_api": ("zendesk_api.jsonl", zendesk_api), "intercom": ("intercom.jsonl", intercom),
    "amazon_connect": ("amazon_connect.jsonl", amazon_connect), "kustomer": ("kustomer.jsonl", kustomer),
}  # fmt: skip
PRESET_OF = {"zendesk_api": "zendesk"}


def sample(name: str, log: pd.DataFrame) -> tuple[str, bytes]:
    """The file of a system and its content."""
    if name in OBJECTS:
        file, rows_of = OBJECTS[name]
        return file, "".join(json.dumps(row) + "\n" for row in rows_of(log)).encode()
    file, table_of = TABLES[name]
    table = table_of(log)
    if file.endswith(".xlsx"):
        from io import BytesIO

        from pilot_analysis.report.workbook import undated

        content = BytesIO()
        table.to_excel(content, index=False)
        return file, undated(content)
    return file, table.to_csv(index=False, lineterminator="\n").encode()


if __name__ == "__main__":
    simulated = contacts()
    for system in (*TABLES, *OBJECTS):
        place, written = sample(system, simulated)
        (HERE / place).write_bytes(written)
